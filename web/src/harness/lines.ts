import type { CallMessage, ReplyMessage, AliveMessage } from '../session/protocol.ts';
import type { Session } from '../session/session.ts';

/**
 * Serve a session over JSON lines until the input ends.
 *
 * @param lines one request each: `{"id", "method", "params"}`
 * @param write called with each reply, and with signs of life before it, without the line's end
 */
export async function serve(session: Session, lines: AsyncIterable<string>, write: (line: string) => void) {
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const reply = await answer(session, line, write);
    write(JSON.stringify(reply));
  }
  await session.close();
}

async function answer(
  session: Session,
  line: string,
  write: (line: string) => void,
): Promise<ReplyMessage | { id: null; error: object }> {
  let request: CallMessage;
  try {
    request = JSON.parse(line) as CallMessage;
  } catch {
    return {
      id: null,
      error: { kind: 'failed', message: `Expected one JSON object a line; received ${line.slice(0, 80)}` },
    };
  }
  const report = (alive: number) => write(JSON.stringify({ id: request.id, alive } satisfies AliveMessage));
  return { id: request.id, ...(await session.call(request.method, request.params, report)) };
}
