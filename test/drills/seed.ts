import { createSecrets } from '../../src/domain/secrets.ts'
import { readPolicy } from '../../src/secret/policy.ts'
import { openStore } from '../../src/store/store.ts'
import type { TestApp } from '../support/app.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

/** The value of a secret. No two values are equal, so the drill can tell them apart. */
export const secretValue = (workspace: string, name: string): string => `value of ${workspace} ${name} 7531`

/** The policy of a secret allows only what the drills' own steps do. */
export const secretPolicy = (name: string) =>
  readPolicy({ methods: ['GET'], places: [`header:x-${name.toLowerCase()}`] })

export interface Seed {
  admin: TestWorkspace
  workspaces: string[]
  /** Names of the secrets that each workspace has. */
  names: string[]
}

/** Makes workspaces of one admin, each with the same number of secrets. */
export async function seed(app: TestApp, workspaces: number, secrets: number): Promise<Seed> {
  const ids = Array.from({ length: workspaces }, (_, index) => `drill-${index}`)
  const names = Array.from({ length: Math.ceil(secrets / workspaces) }, (_, index) => `SECRET_${index}`)
  const [first = '', ...others] = ids
  const admin = await createTestWorkspace(app, first)
  for (const id of others) await admin.admin.mutate(documents.createWorkspace, { input: { id, name: id } })
  const store = await openStore(app.database.url)
  try {
    const domain = createSecrets({ store })
    for (const id of ids) {
      const all = names.map((name) =>
        domain.create({ label: 'drill' }, id, name, {
          value: secretValue(id, name),
          policy: secretPolicy(name),
        }),
      )
      await Promise.all(all)
    }
  } finally {
    await store.close()
  }
  return { admin, workspaces: ids, names }
}

/** The size of a drill: small in the test suite, otherwise as the environment says. */
export function drillSize(): { workspaces: number; secrets: number; kills: number } {
  const number = (name: string, fallback: number) => Number(process.env[name] ?? fallback)
  return {
    workspaces: number('DRILL_WORKSPACES', 3),
    secrets: number('DRILL_SECRETS', 40),
    kills: number('DRILL_KILLS', 2),
  }
}
