/** The record's writer in a thread of its own: the protocol between both ends. Answers come in the order of the questions. */
import type { ChainLink, RecordEntry, RecordWriter } from './record-writer';
import type { SqliteWriter } from './sqlite-writer';

type Question = { ask: 'head' } | { ask: 'write'; entries: readonly RecordEntry[] } | { ask: 'close' };
type Answer = { ok: true; value: unknown } | { ok: false; message: string };

/** The end in the thread. */
export function answerFor(writer: SqliteWriter): (question: Question) => Answer {
  const answers = {
    head: () => writer.head(),
    write: ({ entries }: { entries: readonly RecordEntry[] }) => writer.write(entries),
    close: () => writer.close(),
  };
  return (question) => {
    try {
      const value = question.ask === 'write' ? answers.write(question) : answers[question.ask]();
      return { ok: true, value };
    } catch (error) {
      return { ok: false, message: error instanceof Error ? error.message : String(error) };
    }
  };
}

export interface WriterThread {
  postMessage(question: Question): void;
  on(event: 'message', listener: (answer: Answer) => void): unknown;
  terminate(): Promise<unknown>;
}

/** The server's end. */
export function writerInThread(thread: WriterThread): RecordWriter {
  const asked: Array<{ resolve: (value: never) => void; reject: (error: Error) => void }> = [];
  thread.on('message', (answer) => {
    const question = asked.shift();
    if (answer.ok) question?.resolve(answer.value as never);
    else question?.reject(new Error(answer.message));
  });
  function ask<Value>(question: Question): Promise<Value> {
    return new Promise<Value>((resolve, reject) => {
      asked.push({ resolve, reject });
      thread.postMessage(question);
    });
  }
  return {
    head: () => ask({ ask: 'head' }),
    write: (entries) => ask<ChainLink[]>({ ask: 'write', entries }),
    async close() {
      await ask({ ask: 'close' });
      await thread.terminate();
    },
  };
}
