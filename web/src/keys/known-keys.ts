import type { Pin, Trust } from '../../../src/vault/vouched-key.ts'

const PREFIX = 'lockstep.key.'

/**
 * What this browser remembers of who vouches for a workspace's key. It is public and may outlive the session. It has to,
 * because a key is compared with the one of an earlier day.
 */
export function trustIn(workspace: string): Trust {
  const known = readAll()
  const others = [...known].flatMap(([id, { fingerprint }]) => (id === workspace ? [] : [fingerprint]))
  return { pin: known.get(workspace), others }
}

export function rememberKey(workspace: string, pin: Pin): void {
  try {
    localStorage.setItem(`${PREFIX}${workspace}`, JSON.stringify(pin))
  } catch {
    // In a browser that stores nothing, every key is a first one.
  }
}

function readAll(): Map<string, Pin> {
  try {
    const names = Object.keys(localStorage).filter((it) => it.startsWith(PREFIX))
    return new Map(names.map((it) => [it.slice(PREFIX.length), JSON.parse(localStorage.getItem(it) ?? '')]))
  } catch {
    return new Map()
  }
}
