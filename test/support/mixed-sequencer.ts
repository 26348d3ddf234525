import { BaseSequencer, type TestSpecification } from 'vitest/node'

// The files of a project run in the processes of the files before as long as no other project comes in between.
const order = ['integration', 'browser', 'keyless-api', 'unit']

// Their tests wait for other processes to start, to be found dead and to be replaced. The longest begin.
const waiting = [
  /\/(takeover|hostile-server|refused-starts|schedules-of-workers)\.test/,
  /\/(backup|outage|vouched-keys|rotate-root|pause|retry-takeover|root-key-providers|copied-folder)\.test/,
  /\/test\/(processes|drills|backup|keys|embedded-postgres)\//,
]

/**
 * Runs the files of one project after those of another, so that few processes are started, and the shortest in the
 * end, so that none is left alone. In a project, what computes runs beside what waits.
 */
export class MixedSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const byProject = Map.groupBy(sorted, ({ project }) => project.name)
    return [...byProject]
      .sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
      .flatMap(([, own]) => mix(own))
  }
}

/** One that waits, one that computes, and so on; those first that wait longest. */
function mix(own: readonly TestSpecification[]): TestSpecification[] {
  const waits = own.filter(isWaiting).sort((a, b) => rank(a) - rank(b))
  const computes = own.filter((it) => !isWaiting(it))
  return waits
    .flatMap((it, index) => [it, ...computes.slice(index, index + 1)])
    .concat(computes.slice(waits.length))
}

const rank = ({ moduleId }: TestSpecification) => {
  const index = waiting.findIndex((it) => it.test(moduleId))
  return index < 0 ? waiting.length : index
}
const isWaiting = (file: TestSpecification) => rank(file) < waiting.length
