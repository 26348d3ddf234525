import { AppError } from '../../errors.ts'

/** A handle of the library: bytes that mean something to it alone. */
export type Handle = Buffer

export interface Attribute {
  type: number
  value?: Buffer | string | number | boolean
}

export interface Mechanism {
  mechanism: number
  parameter?: { type: number; hashAlg: number; mgf: number; source?: number; saltLen?: number }
}

/** What we use of pkcs11js. Declared here, since the package is optional and its types with it. */
export interface Pkcs11Module {
  C_Initialize(options?: { flags: number }): void
  C_Finalize(): void
  C_GetSlotList(tokenPresent: boolean): Handle[]
  C_GetTokenInfo(slot: Handle): TokenInfo
  C_OpenSession(slot: Handle, flags: number): Handle
  C_CloseSession(session: Handle): void
  C_CloseAllSessions(slot: Handle): void
  C_Login(session: Handle, userType: number, pin?: string): void
  C_FindObjectsInit(session: Handle, template: Attribute[]): void
  C_FindObjects(session: Handle, max: number): Handle[]
  C_FindObjectsFinal(session: Handle): void
  C_GetAttributeValue(session: Handle, object: Handle, template: Attribute[]): { value: Buffer }[]
  C_DecryptInit(session: Handle, mechanism: Mechanism, key: Handle): void
  C_DecryptAsync(session: Handle, input: Buffer, output: Buffer): Promise<Buffer>
  C_SignInit(session: Handle, mechanism: Mechanism, key: Handle): void
  C_SignAsync(session: Handle, input: Buffer, output: Buffer): Promise<Buffer>
}

export interface TokenInfo {
  label: string
  manufacturerID: string
  model: string
  serialNumber: string
}

/** Constants of PKCS#11 2.40 by the names of the standard. */
export const ck = {
  CKF_OS_LOCKING_OK: 2,
  CKF_SERIAL_SESSION: 4,
  CKU_USER: 1,
  CKO_CERTIFICATE: 1,
  CKO_PRIVATE_KEY: 3,
  CKK_RSA: 0,
  CKA_CLASS: 0,
  CKA_LABEL: 3,
  CKA_VALUE: 0x11,
  CKA_KEY_TYPE: 0x100,
  CKA_ID: 0x102,
  CKA_MODULUS: 0x120,
  CKA_PUBLIC_EXPONENT: 0x122,
  CKM_RSA_X_509: 3,
  CKM_RSA_PKCS_OAEP: 9,
  CKM_SHA256_RSA_PKCS_PSS: 0x43,
  CKM_SHA256: 0x250,
  CKG_MGF1_SHA256: 2,
  CKZ_DATA_SPECIFIED: 1,
} as const

export interface LoadedModule {
  library: Pkcs11Module
  /** pkcs11js's own number for the structure CK_RSA_PKCS_OAEP_PARAMS. */
  oaepParameters: number
  /** The same for CK_RSA_PKCS_PSS_PARAMS. */
  pssParameters: number
}

const loaded = new Map<string, Promise<LoadedModule>>()

/**
 * Loads the vendor's library, once for each path: a process initializes it once.
 *
 * @throws AppError INVALID_CONFIG when pkcs11js is not installed or the library cannot be loaded.
 */
export function loadPkcs11(modulePath: string): Promise<LoadedModule> {
  const known = loaded.get(modulePath)
  const pending = known ?? load(modulePath)
  if (!known) {
    loaded.set(modulePath, pending)
    pending.catch(() => loaded.delete(modulePath))
  }
  return pending
}

async function load(modulePath: string): Promise<LoadedModule> {
  const { PKCS11, ...binding } = await importBinding()
  const library = new PKCS11()
  try {
    library.load(modulePath)
    initialize(library)
  } catch (cause) {
    const message = `The PKCS#11 library ${modulePath} cannot be loaded: is it there, and for this processor?`
    throw new AppError('INVALID_CONFIG', message, { cause })
  }
  // Ends our sessions at the token; some count them.
  process.once('exit', () => library.C_Finalize())
  return { library, oaepParameters: binding.CK_PARAMS_RSA_OAEP, pssParameters: binding.CK_PARAMS_RSA_PSS }
}

function initialize(library: Pkcs11Module): void {
  try {
    library.C_Initialize({ flags: ck.CKF_OS_LOCKING_OK })
  } catch (error) {
    // By something else in this process, such as a second path to the same library.
    if (!(error instanceof Error && error.message === 'CKR_CRYPTOKI_ALREADY_INITIALIZED')) throw error
  }
}

interface Binding {
  PKCS11: new () => Pkcs11Module & { load(path: string): void }
  CK_PARAMS_RSA_OAEP: number
  CK_PARAMS_RSA_PSS: number
}

async function importBinding(): Promise<Binding> {
  // Not a literal: the package is optional, and without it there would be nothing to take types from.
  const name: string = 'pkcs11js'
  try {
    const { default: binding } = (await import(name)) as { default: Binding }
    return binding
  } catch (cause) {
    const message =
      "A root key in a PKCS#11 token needs the package pkcs11js, which is built on installing: in Lockstep's folder, " +
      'with a C++ compiler, make and Python, run: npm install --no-save pkcs11js'
    throw new AppError('INVALID_CONFIG', message, { cause })
  }
}
