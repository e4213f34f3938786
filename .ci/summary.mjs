/** Prints "N passed, N failed" from vitest's JSON report and the exit codes of the test run and of the check. */
import { existsSync, readFileSync } from 'node:fs';

const [, , reportFile, testsCode, checkCode] = process.argv;

function count(report) {
  // A file that could not be loaded or prepared fails without a failed test, so it counts as one failure.
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + broken.length };
}

const report = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : undefined;
let { passed, failed } = report ? count(report) : { passed: 0, failed: 0 };
// A run can fail without a failed test: a build error, an unhandled rejection, no report at all.
if (failed === 0 && (testsCode !== '0' || passed === 0)) failed = 1;
if (checkCode !== '0') {
  process.stdout.write('npm run check failed.\n');
  failed += 1;
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
