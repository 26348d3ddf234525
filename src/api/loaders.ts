import DataLoader from 'dataloader'
import type { Domain, StepRun } from '../domain/index.ts'

type AutomationRow = Awaited<ReturnType<Domain['automations']['getMany']>>[number]

/** What one request reads of many runs at once; made anew for every request. */
export interface Loaders {
  automation: DataLoader<{ workspace: string; id: string }, AutomationRow | undefined, string>
  steps: DataLoader<{ workspace: string; id: string }, StepRun[], string>
}

const cacheKeyFn = ({ workspace, id }: { workspace: string; id: string }): string => `${workspace}.${id}`

export function createLoaders(domain: Domain): Loaders {
  return {
    automation: new DataLoader(
      async (keys) => {
        const found = await inWorkspaces(keys, (workspace, ids) => domain.automations.getMany(workspace, ids))
        const byKey = new Map(found.map((row) => [cacheKeyFn(row), row]))
        return keys.map((key) => byKey.get(cacheKeyFn(key)))
      },
      { cacheKeyFn },
    ),
    steps: new DataLoader(
      async (keys) => {
        const found = await inWorkspaces(keys, (workspace, ids) => domain.runs.stepsOfMany(workspace, ids))
        return keys.map(({ workspace, id }) =>
          found.filter((it) => it.run === id && it.workspace === workspace),
        )
      },
      // A run's steps change while it is watched.
      { cacheKeyFn, cache: false },
    ),
  }
}

async function inWorkspaces<T>(
  keys: readonly { workspace: string; id: string }[],
  load: (workspace: string, ids: string[]) => Promise<T[]>,
): Promise<T[]> {
  const workspaces = [...new Set(keys.map(({ workspace }) => workspace))]
  const found = workspaces.map((workspace) =>
    load(
      workspace,
      keys.filter((key) => key.workspace === workspace).map(({ id }) => id),
    ),
  )
  return (await Promise.all(found)).flat()
}
