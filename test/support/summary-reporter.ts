import type { Reporter, TestModule } from 'vitest/node'

/** Ends the output with the line `N passed, N failed`, which CI reads. A file that ran twice counts as it ended last. */
export default class SummaryReporter implements Reporter {
  readonly #modules = new Map<string, TestModule>()

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    for (const module of modules) this.#modules.set(module.id, module)
    const all = [...this.#modules.values()]
    const tests = all.flatMap((module) => [...module.children.allTests()])
    const passed = tests.filter((test) => test.result().state === 'passed').length
    // A module that could not be collected has no tests, so it counts as one failure.
    const failed =
      tests.filter((test) => test.result().state === 'failed').length +
      all.filter((module) => module.errors().length > 0).length +
      errors.length
    process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
  }
}
