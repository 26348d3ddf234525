import { getRandomValues } from 'node:crypto'
import { v7 } from 'uuid'
import { databaseTime } from '../database-time.ts'

// How far the clock may be set back (milliseconds) before ids follow it. Up to that, later ids sort later.
const SET_BACK = 1000
const SEQUENCES = 2 ** 31

// The system is asked for the random part of many ids at once: that takes as long as for one.
const RANDOM_BYTES = 16
const random = new Uint8Array(256 * RANDOM_BYTES)
let taken = random.length

let last = { msecs: 0, seq: 0 }

/** A new UUIDv7 of the database's time: ranges of ids are ranges of time, whatever this machine's clock says. */
export function newRowId(): string {
  const now = databaseTime().getTime()
  const isLater = now > last.msecs || last.msecs - now > SET_BACK
  last = isLater
    ? { msecs: now, seq: Math.floor(Math.random() * SEQUENCES) }
    : { msecs: last.msecs, seq: last.seq + 1 }
  return v7({ ...last, random: takeRandom() })
}

function takeRandom(): Uint8Array {
  if (taken === random.length) {
    getRandomValues(random)
    taken = 0
  }
  taken += RANDOM_BYTES
  return random.subarray(taken - RANDOM_BYTES, taken)
}
