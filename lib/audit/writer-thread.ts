/**
 * The record's writer in a thread of its own: the protocol between both ends. Questions and answers travel as JSON, which costs
 * a quarter of cloning so many small objects. Answers come in the order of the questions.
 */
import type { CompanionTable, CompanionValues, RecordEntry, RecordWriter, UnchainedRow } from './record-writer';
import type { SqliteWriter } from './sqlite-writer';

/** An entry whose companions name their tables by number. */
type Numbered = readonly [
  row: UnchainedRow,
  companions: ReadonlyArray<readonly [table: number, values: CompanionValues]>,
];
type Question =
  | { ask: 'head' | 'close' }
  /** `tables` are those never sent before: they take the next numbers. */
  | { ask: 'write'; tables: readonly CompanionTable[]; entries: readonly Numbered[] };
type Answer = { value?: unknown; error?: string };

/** The end in the thread. */
export function answerFor(writer: SqliteWriter): (question: string) => string {
  const known: CompanionTable[] = [];
  const tableOf = (number: number): CompanionTable => {
    const table = known[number];
    if (!table) throw new Error(`No table has the number ${number}.`);
    return table;
  };
  function ask(question: Question) {
    if (question.ask !== 'write') return writer[question.ask]();
    known.push(...question.tables);
    const entries = question.entries.map(
      ([row, companions]): RecordEntry => ({
        row,
        companions: companions.map(([table, values]) => ({ table: tableOf(table), values })),
      }),
    );
    return writer.write(entries);
  }
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
  const numbers = new Map<CompanionTable, number>();
  function written(entries: readonly RecordEntry[]): Question {
    const tables: CompanionTable[] = [];
    const numberOf = (table: CompanionTable): number => {
      const number = numbers.get(table) ?? numbers.size;
      if (number === numbers.size) {
        numbers.set(table, number);
        tables.push(table);
      }
      return number;
    };
    const numbered = entries.map(
      ({ row, companions }): Numbered => [row, companions.map(({ table, values }) => [numberOf(table), values])],
    );
    return { ask: 'write', tables, entries: numbered };
  }
  return {
    head: async () => (await ask({ ask: 'head' })) as { seq: number; hash: string },
    write: async (entries) => (await ask(written(entries))) as string[],
    async close() {
      await ask({ ask: 'close' });
      await thread.terminate();
    },
  };
}
