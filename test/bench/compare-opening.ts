import { anywhere } from '../../src/secret/policy.ts'
import { createOpener, createRootKey, type OpenerOptions, parseRootKey } from '../../src/vault/opening.ts'
import { createWorkspaceKey, sealInNode } from '../../src/vault/sealing.ts'
import { type Bench, inTurns, type Round } from './benchmark.ts'
import { createFloorOpener } from './floors/open.ts'
import { timed } from './timed.ts'
import { SECRET, WORKSPACE } from './world.ts'

/** Rounds of opening one sealed value, in microseconds; the key of its workspace is known. */
export async function compareOpening(
  bench: Bench,
  name: string,
  cache: Pick<OpenerOptions, 'cache'>,
): Promise<Round[]> {
  const made = await createRootKey()
  const rootKey = parseRootKey('root-key.pem', Buffer.from(made.pem.reveal()))
  const key = await createWorkspaceKey(WORKSPACE, [made.certificate])
  const at = { workspace: WORKSPACE, name: 'KEY' }
  const sealed = await sealInNode(key, at, SECRET, anywhere)
  const opener = createOpener({ rootKey, workspaceKey: async () => key.sealedPrivateKey, ...cache })
  const openFloor = createFloorOpener(SECRET)
  if ((await opener.open(at, sealed)).reveal() !== openFloor()) throw new Error('They open different values.')
  const { seconds } = bench.options
  const sides = {
    ours: () => timed(seconds, () => opener.openWithPolicy(at, sealed)),
    floor: () => timed(seconds, openFloor),
  }
  bench.say(`${name}: warming up`)
  await sides.ours()
  await sides.floor()
  return inTurns(bench, name, sides)
}
