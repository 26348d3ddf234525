import { BaseSequencer, type TestSpecification } from 'vitest/node'

// These tests wait for other processes to start, to be found dead and to be replaced.
const waiting = /\/test\/(processes|drills)\//

/**
 * Mixes the files of all projects. In each project the longest files come first. So computing files run beside
 * waiting ones, and no long file is left for the end.
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

/** The position of each file of a project between the beginning (0) and the end (1). */
function place(own: readonly TestSpecification[]): { file: TestSpecification; at: number }[] {
  const [first, others] = [own.filter(isWaiting), own.filter((it) => !isWaiting(it))]
  return [...first, ...others].map((file, index) => ({ file, at: index / own.length }))
}

const isWaiting = ({ moduleId }: TestSpecification) => waiting.test(moduleId)
