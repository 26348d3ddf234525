import { graphql } from '../as-viewer.ts'
import { addAutomation, addSecrets } from '../editor-support.ts'
import type { World } from '../world.ts'

/** Adds two secrets with notes, of which `Charge` names one, an automation that is paused and has a draft, and a draft alone. */
export async function fill(world: World): Promise<void> {
  await addSecrets(world, { STRIPE_KEY: 'states-canary-1', OTHER_KEY: 'states-canary-2' })
  const describe = 'mutation($input: SecretNotesInput!) { describeSecret(input: $input) { __typename } }'
  for (const name of ['STRIPE_KEY', 'OTHER_KEY']) {
    const input = { workspace: 'acme', name, owner: 'Payments', description: 'Charges customers' }
    await graphql(world.callers.admin, describe, { input })
  }
  const url = 'https://api.test/{{ secrets.STRIPE_KEY }}'
  await addAutomation(world, 'Charge', [{ key: 'call', type: 'custom-http', fields: { url } }])
  const id = await addAutomation(world, 'Paused one', [])
  const pause = 'mutation($id: ID!) { pauseAutomation(id: $id) { __typename } }'
  await graphql(world.callers.admin, pause, { id })
  const save =
    'mutation($input: SaveAutomationDraftInput!) { saveAutomationDraft(input: $input) { __typename } }'
  for (const place of [{ name: 'Half done' }, { name: 'Paused one', automation: id, revision: 0 }]) {
    await graphql(world.callers.member, save, { input: { workspace: 'acme', steps: [], ...place } })
  }
}
