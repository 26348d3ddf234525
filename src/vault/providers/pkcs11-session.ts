import { AppError } from '../../errors.ts'
import type { Sensitive } from '../../sensitive.ts'
import { type Attribute, ck, type Handle, type LoadedModule, type TokenInfo } from './pkcs11-module.ts'
import type { Pkcs11Uri } from './pkcs11-uri.ts'

/** A session with the token, signed in, and the handle of the private key in it. */
export interface Session {
  readonly handle: Handle
  readonly key: Handle
}

/**
 * Opens a session with the one token that the URI names, signs in and finds the key.
 *
 * @throws AppError INVALID_CONFIG; the library's error (its message is the CKR_… name) when the token fails.
 */
export function openSession({ library }: LoadedModule, uri: Pkcs11Uri, pin: Sensitive | undefined): Session {
  const handle = library.C_OpenSession(findSlot(library, uri), ck.CKF_SERIAL_SESSION)
  try {
    if (pin) signIn(library, handle, pin)
    const attributes = [
      { type: ck.CKA_CLASS, value: ck.CKO_PRIVATE_KEY },
      { type: ck.CKA_KEY_TYPE, value: ck.CKK_RSA },
      ...labelAndId(uri),
    ]
    const [key, ...more] = findObjects(library, handle, attributes)
    if (key && more.length === 0) return { handle, key }
    const hint = pin || key ? '' : ' without a PIN (LOCKSTEP_ROOT_KEY_PASSPHRASE)'
    throw refusal(uri, `exactly one RSA private key must match, ${more.length + (key ? 1 : 0)} found${hint}`)
  } catch (error) {
    library.C_CloseSession(handle)
    throw error
  }
}

function findSlot(library: LoadedModule['library'], uri: Pkcs11Uri): Handle {
  const matching = library.C_GetSlotList(true).filter((slot) => {
    return isSlot(slot, uri.slotId) && isToken(library.C_GetTokenInfo(slot), uri)
  })
  const [slot] = matching
  if (slot && matching.length === 1) return slot
  throw refusal(uri, `exactly one token must match, ${matching.length} found`)
}

/** Handles are CK_ULONG in the machine's byte order: little-endian on all that Node runs on but s390x. */
function isSlot(slot: Handle, id: number | undefined): boolean {
  return id === undefined || slot.readUIntLE(0, Math.min(slot.length, 6)) === id
}

function isToken(info: TokenInfo, uri: Pkcs11Uri): boolean {
  const wanted = [
    [uri.token, info.label],
    [uri.serial, info.serialNumber],
    [uri.manufacturer, info.manufacturerID],
    [uri.model, info.model],
  ]
  // The standard pads these with blanks.
  return wanted.every(([attribute, found]) => attribute === undefined || attribute === found?.trimEnd())
}

function signIn(library: LoadedModule['library'], session: Handle, pin: Sensitive): void {
  try {
    library.C_Login(session, ck.CKU_USER, pin.reveal())
  } catch (error) {
    // All sessions of a process share the sign-in.
    if (!(error instanceof Error && error.message === 'CKR_USER_ALREADY_LOGGED_IN')) throw error
  }
}

export function labelAndId({ object, id }: Pkcs11Uri): Attribute[] {
  return [
    ...(object === undefined ? [] : [{ type: ck.CKA_LABEL, value: object }]),
    ...(id === undefined ? [] : [{ type: ck.CKA_ID, value: id }]),
  ]
}

export function findObjects(
  library: LoadedModule['library'],
  session: Handle,
  template: Attribute[],
): Handle[] {
  library.C_FindObjectsInit(session, template)
  try {
    return library.C_FindObjects(session, 8)
  } finally {
    library.C_FindObjectsFinal(session)
  }
}

export function refusal(uri: Pkcs11Uri, reason: string, cause?: unknown): AppError {
  const message = `The key ${uri.place} cannot be used: ${reason}.`
  return new AppError('INVALID_CONFIG', message, cause === undefined ? {} : { cause })
}
