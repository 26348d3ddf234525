import { AppError } from '../../errors.ts'

/** Where a key is: a PKCS#11 URI (RFC 7512). What is undefined may be anything. */
export interface Pkcs11Uri {
  /** The URI without its query: what messages show. */
  place: string
  /** Absolute path of the vendor's library. */
  modulePath: string
  token: string | undefined
  serial: string | undefined
  manufacturer: string | undefined
  model: string | undefined
  slotId: number | undefined
  /** CKA_LABEL and CKA_ID of the private key; at least one of them. */
  object: string | undefined
  id: Buffer | undefined
}

const pathAttributes = ['token', 'serial', 'manufacturer', 'model', 'slot-id', 'object', 'id', 'type']
const EXAMPLE = 'pkcs11:token=lockstep;object=root?module-path=/usr/lib/softhsm/libsofthsm2.so'

/**
 * Reads a PKCS#11 URI (RFC 7512) that names one private key: `object` or `id`, the token by `token`, `serial`,
 * `manufacturer`, `model` or `slot-id`, and the library as `module-path`. A PIN is not taken from it, since
 * addresses are shown and logged.
 *
 * @throws AppError INVALID_CONFIG that says which rule failed.
 */
export function parsePkcs11Uri(uri: string): Pkcs11Uri {
  const [path = '', query = '', ...more] = uri.slice('pkcs11:'.length).split('?')
  if (!uri.startsWith('pkcs11:') || more.length > 0) refuse(`is no PKCS#11 URI, such as ${EXAMPLE}`)
  const attributes = readAttributes(path, ';')
  const settings = readAttributes(query, '&')
  for (const name of attributes.keys()) {
    if (!pathAttributes.includes(name))
      refuse(`may name ${pathAttributes.join(', ')}; ${name} is none of these`)
  }
  for (const name of settings.keys()) refuseSetting(name)
  const text = (name: string) => attributes.get(name)?.toString()
  const [id, object, modulePath] = [
    attributes.get('id'),
    text('object'),
    settings.get('module-path')?.toString(),
  ]
  if (id === undefined && object === undefined) refuse(`needs object or id, such as ${EXAMPLE}`)
  if (modulePath === undefined)
    refuse(`needs module-path, the file of the vendor's library, such as ${EXAMPLE}`)
  if ((text('type') ?? 'private') !== 'private') refuse('needs type=private, or no type')
  return {
    place: `pkcs11:${path}`,
    modulePath,
    token: text('token'),
    serial: text('serial'),
    manufacturer: text('manufacturer'),
    model: text('model'),
    slotId: slotOf(text('slot-id')),
    object,
    id,
  }
}

function readAttributes(text: string, separator: string): Map<string, Buffer> {
  const attributes = new Map<string, Buffer>()
  for (const part of text === '' ? [] : text.split(separator)) {
    const [, name, value] = /^([a-z][a-z-]*)=([^=;?&]*)$/.exec(part) ?? []
    if (name === undefined || value === undefined)
      refuse(`has a part that is not name=value, as in ${EXAMPLE}`)
    if (attributes.has(name)) refuse(`names ${name} twice`)
    attributes.set(name, decode(name, value))
  }
  return attributes
}

/** Percent-decoded bytes: an id is any. */
function decode(name: string, value: string): Buffer {
  if (/%(?![0-9A-Fa-f]{2})/.test(value))
    refuse(`has a % in ${name} that two hexadecimal digits do not follow`)
  const bytes = value.split(/(%[0-9A-Fa-f]{2})/).map((part) => {
    return part.startsWith('%') ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part)
  })
  return Buffer.concat(bytes)
}

function refuseSetting(name: string): void {
  if (name === 'module-path') return
  // Stops a PIN from standing in logs, process lists and error messages.
  if (name.startsWith('pin-')) {
    refuse(
      `holds no PIN: remove ${name} and set LOCKSTEP_ROOT_KEY_PASSPHRASE or LOCKSTEP_ROOT_KEY_PASSPHRASE_FILE`,
    )
  }
  refuse(`takes module-path after its question mark; ${name} is not known`)
}

function slotOf(text: string | undefined): number | undefined {
  if (text === undefined || /^\d{1,15}$/.test(text)) return text === undefined ? undefined : Number(text)
  return refuse('has a slot-id that is no number')
}

function refuse(rule: string): never {
  throw new AppError('INVALID_CONFIG', `LOCKSTEP_ROOT_KEY_URI ${rule}.`)
}
