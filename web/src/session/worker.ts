/** The worker of libraries: every runtime, each downloaded when it is opened. */
import { RUNTIMES } from '../runtime/registry.ts';
import { serveMessages } from './serve-messages.ts';

serveMessages(RUNTIMES);
