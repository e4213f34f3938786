/**
 * The record's writer in a thread of its own: the protocol between both ends. Questions and answers travel as JSON, which costs
 * a quarter of cloning so many small objects. Answers come in the order of the questions.
 */
import type { RecordEntry, RecordWriter } from './record-writer';
import type { SqliteWriter } from './sqlite-writer';

type Question = { ask: 'head' | 'close' } | { ask: 'write'; entries: readonly RecordEntry[] };
type Answer = { value?: unknown; error?: string };

/** The end in the thread. */
export function answerFor(writer: SqliteWriter): (question: string) => string {
  const ask = (question: Question) =>
    question.ask === 'write' ? writer.write(question.entries) : writer[question.ask]();
  const answer = (text: string): Answer => {
    try {
      return { value: ask(JSON.parse(text) as Question) };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  };
  return (text) => JSON.stringify(answer(text));
}

export interface WriterThread {
  postMessage(question: string): void;
  on(event: 'message', listener: (answer: string) => void): unknown;
  terminate(): Promise<unknown>;
}

/** The server's end. */
export function writerInThread(thread: WriterThread): RecordWriter {
  const asked: Array<{ resolve: (value: unknown) => void; reject: (error: Error) => void }> = [];
  thread.on('message', (text) => {
    const question = asked.shift();
    const { value, error } = JSON.parse(text) as Answer;
    if (error === undefined) question?.resolve(value);
    else question?.reject(new Error(error));
  });
  function ask(question: Question): Promise<unknown> {
    return new Promise((resolve, reject) => {
      asked.push({ resolve, reject });
      thread.postMessage(JSON.stringify(question));
    });
  }
  return {
    head: async () => (await ask({ ask: 'head' })) as { seq: number; hash: string },
    write: async (entries) => (await ask({ ask: 'write', entries })) as string[],
    async close() {
      await ask({ ask: 'close' });
      await thread.terminate();
    },
  };
}
