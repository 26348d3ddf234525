import { createHash } from 'node:crypto'
import { limitedNetwork } from '../../server/client-address.ts'
import type { AttemptRule } from '../../store/sign-in-attempts.ts'
import { type Call, textIn } from './call.ts'
import type { KnownDevices } from './known-device.ts'

/** The rules for a call: `own` begin anew when it succeeds, and of `shared` a success takes one attempt off. */
export interface AttemptRules {
  own: AttemptRule[]
  shared: AttemptRule[]
  /** Whether a success is no reason to take anything back, because what it does is what is limited. */
  always?: true
}

const MINUTE = 60
const HOUR = 60 * MINUTE

export const emailIn = (call: Pick<Call, 'body'>): string => textIn(call, 'email').trim().toLowerCase()

export function rulesFor(call: Call, devices: KnownDevices): AttemptRules {
  const network = limitedNetwork(call.address)
  switch (call.endpoint.counted) {
    case undefined:
      return { own: [], shared: [] }
    case 'password':
      return passwordRules(emailIn(call), call, devices)
    case 'session-password': {
      // Stops the thief of a session from guessing the password, which would give the whole account.
      const session = createHash('sha256')
        .update(call.headers.get('cookie') ?? '')
        .digest('base64url')
      return {
        own: [{ subject: `session ${session}`, free: 5, longest: 15 * MINUTE, forget: HOUR }],
        shared: [],
      }
    }
    case 'mail':
      return {
        always: true,
        own: [{ subject: `mail ${emailIn(call)}`, free: 3, longest: HOUR, forget: 6 * HOUR }],
        shared: [{ subject: `mail from ${network}`, free: 20, longest: MINUTE, forget: 10 * MINUTE }],
      }
    case 'address':
      // Bounds the work and the rows that one address causes, and stops nobody: a proxy may stand for a whole company.
      return {
        always: true,
        own: [],
        shared: [{ subject: `${call.endpoint.path} ${network}`, free: 100, longest: 2, forget: MINUTE }],
      }
    default:
      return call.endpoint.counted satisfies never
  }
}

/**
 * Slows down the guessing of passwords: first for one account from one network, then for one account from everywhere,
 * then for one network. The two shared waits are short, because others meet them too. A device in which the person
 * has signed in before meets neither.
 */
export function passwordRules(
  email: string,
  { headers, address }: Pick<Call, 'headers' | 'address'>,
  devices: KnownDevices,
): AttemptRules {
  const device = devices.find(headers, email)
  const one = { free: 5, longest: 15 * MINUTE, forget: HOUR }
  if (device !== undefined) return { own: [{ subject: `device ${device} ${email}`, ...one }], shared: [] }
  const network = limitedNetwork(address)
  return {
    own: [{ subject: `account ${email} from ${network}`, ...one }],
    shared: [
      { subject: `account ${email}`, free: 20, longest: MINUTE, forget: HOUR },
      { subject: `passwords from ${network}`, free: 100, longest: MINUTE, forget: 10 * MINUTE },
    ],
  }
}
