import { expect, test } from 'vitest'
import { takeStarted } from '../../src/executor/started-step.ts'

interface Case {
  position?: number
  attempt?: number
  /** How long ago the write was sent (milliseconds). */
  ago?: number
  handed?: string[] | undefined
  inHand?: string[]
  /** Whether the run has learned more than that. */
  learnedMore?: boolean
}

/** A step at position 1 that was started with the end of the one before, with one secret. */
function take({ position = 1, attempt = 1, ago = 0, learnedMore = false, ...it }: Case) {
  const { handed = ['KEY'], inHand = ['KEY'] } = it
  const claimed = { started: { position: 1, since: performance.now() - ago } }
  const execution = { claimed, state: { hasLearnedOnly: () => !learnedMore } }
  const secrets = 'handed' in it && !it.handed ? undefined : handed.map((name) => ({ name }))
  const call = { position, attempt, handed: secrets }
  return { isTaken: takeStarted(execution as never, call as never, { inHand } as never), claimed }
}

test('a step whose start is on disk with all that it has in hand begins, and its start cannot be taken back', () => {
  expect(take({})).toEqual({ isTaken: true, claimed: { started: null } })
  // What steps have obtained is no secret of the workspace.
  expect(take({ inHand: ['KEY', 'login.protected'] }).isTaken).toBe(true)
})

test.each<[string, Case]>([
  ['of another step', { position: 2 }],
  ['of an attempt before', { attempt: 2 }],
  ['from so long ago that the run may be with another worker', { ago: 3001 }],
  ['of a step that was not given all its secrets', { handed: undefined }],
  ['of a step that has a secret by the output of another one', { inHand: ['KEY', 'OTHER'] }],
  ['of a step that has made something of its secret', { learnedMore: true }],
])('the start %s is stored once more', (_what, it) => {
  const { isTaken, claimed } = take(it)
  expect(isTaken).toBe(false)
  expect(claimed.started).toMatchObject({ position: 1 })
})
