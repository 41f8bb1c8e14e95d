/** The worker of the module, an entry: it is one small file, without what loads libraries. */
import { runtime } from '../runtime/backends/webparity.ts';
import { register } from '../runtime/choose-backend.ts';
import { serveMessages } from './serve-messages.ts';

serveMessages(register({ webparity: runtime }));
