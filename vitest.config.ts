import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const root = path.dirname(fileURLToPath(import.meta.url));

const shared = {
  root,
  environment: 'node' as const,
  setupFiles: [path.join(root, 'test/support/fail-on-console-error.ts')],
  restoreMocks: true,
  // One process for many files: none leaves anything in its modules, and loading them anew is half the cost of the unit tests.
  isolate: false,
};

/** vitest begins with the largest files; this one is short, and would keep one core busy after everything else is done. */
const longest = 'test/integration/routes-matrix.test.ts';

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLongest = ({ moduleId }: TestSpecification) => moduleId.endsWith(longest);
    const sorted = await super.sort(files);
    return [...sorted.filter(isLongest), ...sorted.filter((file) => !isLongest(file))];
  }
}

export default defineConfig({
  resolve: { alias: { '@': root } },
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          ...shared,
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/unit/**/*.test.tsx'],
          // Far more than any needs: a small machine that does something else meanwhile is no reason to fail.
          testTimeout: 30_000,
          hookTimeout: 30_000,
          // vitest itself would leave a core of two unused.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'integration',
          include: ['test/{integration,chaos,conformance,security}/**/*.test.ts'],
          // Deadlines are for what hangs: a machine that is busy with other things must not fail a test.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Each file runs a server of its own and waits for a third of its time: four at once keep two cores busy.
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // Beside the integration tests: a browser mostly waits, and so do they.
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
