/** The browser harness: it answers the calls of the driver that started this browser. */
import { Client } from '../session/client.ts';
import { type Call, Connection, readToken } from './connect.ts';

const client = new Client((answered) => connection?.reportAlive(answered));

const call: Call = async (method, params) => {
  const reply = await client.reply(method, params);
  if (method === 'close') client.stop(); // the next open starts in a fresh worker
  return reply;
};

const go = (address: string) => {
  const isHere = new URL(address).href.split('#')[0] === location.href.split('#')[0];
  location.assign(address);
  if (isHere) location.reload(); // another fragment alone loads nothing
};

const token = readToken(location.hash);
const connection = token === null ? null : new Connection(token, call, go);
if (connection === null) {
  const shown = document.querySelector('#by-hand');
  if (shown !== null) shown.textContent = `To check another browser by hand, open ${new URL('.', location.href).href} in it.`;
}
void connection?.serve();
