/** Collects what a process has to undo when it ends. */
export class Releasers {
  readonly #undo: (() => unknown)[] = []

  add(undo: () => unknown): void {
    this.#undo.push(undo)
  }

  /** Undoes everything, the latest first. A failure does not stop the others; the first failure is thrown. */
  async release(): Promise<void> {
    const failures: unknown[] = []
    for (let undo = this.#undo.pop(); undo; undo = this.#undo.pop()) {
      try {
        await undo()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  }
}
