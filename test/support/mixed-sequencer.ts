import { BaseSequencer, type TestSpecification } from 'vitest/node'

// Their tests wait for other processes to start, to be found dead and to be replaced.
const waiting = /\/test\/(processes|drills)\//

/**
 * Runs the files of all projects among one another, in each project those first that take longest: so what computes
 * runs beside what waits, and no long file is left for the end.
 */
export class MixedSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const byProject = Map.groupBy(sorted, ({ project }) => project.name)
    return [...byProject.values()]
      .flatMap(place)
      .sort((a, b) => a.at - b.at)
      .map(({ file }) => file)
  }
}

/** Where each file of a project stands between the beginning (0) and the end (1) of all. */
function place(own: readonly TestSpecification[]): { file: TestSpecification; at: number }[] {
  const [first, others] = [own.filter(isWaiting), own.filter((it) => !isWaiting(it))]
  return [...first, ...others].map((file, index) => ({ file, at: index / own.length }))
}

const isWaiting = ({ moduleId }: TestSpecification) => waiting.test(moduleId)
