import { constants, createPublicKey, type KeyObject, randomBytes, verify, X509Certificate } from 'node:crypto'
import { AppError } from '../../errors.ts'
import type { Sensitive } from '../../sensitive.ts'
import { encryptFor, type HeldKey } from './held-key.ts'
import { removeOaepPadding } from './oaep-padding.ts'
import { ck, type LoadedModule, loadPkcs11, type Mechanism } from './pkcs11-module.ts'
import { findObjects, labelAndId, openSession, refusal, type Session } from './pkcs11-session.ts'
import { type Pkcs11Uri, parsePkcs11Uri } from './pkcs11-uri.ts'

/** After these the session is gone, or what we knew of it; a new one may work. */
const LOST =
  /^CKR_(SESSION_|USER_NOT_LOGGED_IN|DEVICE_|TOKEN_NOT_|KEY_HANDLE|OBJECT_HANDLE|OPERATION_ACTIVE|CRYPTOKI_NOT)/

/** The operator's to mend, and asking again would do harm: a few wrong PINs lock a token. */
const LASTING =
  /^CKR_(PIN_|USER_PIN|USER_TYPE|FUNCTION_NOT_SUPPORTED|KEY_FUNCTION_NOT_PERMITTED|MECHANISM_|ATTRIBUTE_)/

/** How a ciphertext that does not open is refused. */
const NOT_OPENED = /^CKR_(ENCRYPTED_DATA|DATA_INVALID|DATA_LEN|FUNCTION_FAILED|GENERAL_ERROR)/

/**
 * A key in a PKCS#11 token: an HSM, a smart card, SoftHSM. Where the token cannot do OAEP with SHA-256 (SoftHSM 2.6
 * and older cards) it does the RSA operation alone and node-forge removes the padding. One operation at a time.
 *
 * @param text a PKCS#11 URI, see {@link parsePkcs11Uri}.
 * @throws AppError INVALID_CONFIG, ROOT_KEY_UNAVAILABLE
 */
export async function openPkcs11Key(text: string, pin: Sensitive | undefined): Promise<HeldKey> {
  const uri = parsePkcs11Uri(text)
  const token = new Token(uri, await loadPkcs11(uri.modulePath), pin)
  const { publicKey, certificate } = token.readPublicParts()
  await token.chooseMechanism(publicKey)
  const canSign = await token.canSign(publicKey)
  return {
    place: uri.place,
    publicKey,
    certificate,
    decrypt: (encryptedKey) => token.decrypt(encryptedKey),
    sign: canSign ? (input) => token.sign(input) : undefined,
  }
}

class Token {
  readonly #uri: Pkcs11Uri
  readonly #module: LoadedModule
  readonly #pin: Sensitive | undefined
  #session: Session | undefined
  /** Who removes the padding: the token, or we. */
  #padding: 'token' | 'ours' = 'token'
  #bytes = 0
  /** What a token said once of our PIN holds until the next start. */
  #refused: AppError | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(uri: Pkcs11Uri, module: LoadedModule, pin: Sensitive | undefined) {
    this.#uri = uri
    this.#module = module
    this.#pin = pin
  }

  readPublicParts(): { publicKey: KeyObject; certificate: string | undefined } {
    return this.#explained(() => {
      const session = this.#open()
      const [modulus, exponent] = this.#module.library.C_GetAttributeValue(session.handle, session.key, [
        { type: ck.CKA_MODULUS },
        { type: ck.CKA_PUBLIC_EXPONENT },
      ])
      const [n, e] = [modulus, exponent].map((it) => it?.value.toString('base64url') ?? '')
      const publicKey = createPublicKey({ key: { kty: 'RSA', n: n ?? '', e: e ?? '' }, format: 'jwk' })
      this.#bytes = Math.ceil((publicKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8)
      return { publicKey, certificate: this.#readCertificate(session) }
    })
  }

  #readCertificate({ handle }: Session): string | undefined {
    const { library } = this.#module
    const template = [{ type: ck.CKA_CLASS, value: ck.CKO_CERTIFICATE }, ...labelAndId(this.#uri)]
    const [object] = findObjects(library, handle, template)
    const value = object && library.C_GetAttributeValue(handle, object, [{ type: ck.CKA_VALUE }])[0]?.value
    return value && new X509Certificate(value).toString()
  }

  /** A token that knows the mechanism may still refuse its parameters, so it is tried. */
  async chooseMechanism(publicKey: KeyObject): Promise<void> {
    const contentKey = randomBytes(32)
    const encrypted = encryptFor(publicKey, contentKey)
    const opened = await this.#run(encrypted).catch((error: unknown) => {
      if (/^CKR_(PIN_|USER_)/.test(codeOf(error))) throw this.#explain(error)
      return undefined
    })
    this.#padding = opened && contentKey.equals(opened) ? 'token' : 'ours'
  }

  /** Keys are often made for one use alone (CKA_SIGN), and tokens differ in what they can do, so it is tried. */
  async canSign(publicKey: KeyObject): Promise<boolean> {
    const input = randomBytes(32)
    const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
    const signature = await this.#sign(input).catch(() => undefined)
    return signature !== undefined && verify('sha256', input, { key: publicKey, ...padding }, signature)
  }

  decrypt(encryptedKey: Uint8Array): Promise<Buffer> {
    const input = Buffer.from(encryptedKey)
    return this.#next(() => this.#run(input))
  }

  sign(input: Uint8Array): Promise<Buffer> {
    return this.#next(() => this.#sign(Buffer.from(input)))
  }

  /** A session does one thing at a time; what came before it may have failed. */
  #next(work: () => Promise<Buffer>): Promise<Buffer> {
    const next = this.#last.then(() => this.#attempt(work))
    this.#last = next.catch(() => undefined)
    return next
  }

  async #attempt(work: () => Promise<Buffer>): Promise<Buffer> {
    try {
      return await work()
    } catch (error) {
      if (!LOST.test(codeOf(error))) throw this.#explain(error)
    }
    this.#close()
    return await work().catch((error: unknown) => {
      throw this.#explain(error)
    })
  }

  async #sign(input: Buffer): Promise<Buffer> {
    const { handle, key } = this.#open()
    const { library, pssParameters: type } = this.#module
    const parameter = { type, hashAlg: ck.CKM_SHA256, mgf: ck.CKG_MGF1_SHA256, saltLen: 32 }
    library.C_SignInit(handle, { mechanism: ck.CKM_SHA256_RSA_PKCS_PSS, parameter }, key)
    return library.C_SignAsync(handle, input, Buffer.alloc(this.#bytes))
  }

  async #run(input: Buffer): Promise<Buffer> {
    const { handle, key } = this.#open()
    const { library } = this.#module
    library.C_DecryptInit(handle, this.#mechanism(), key)
    const output = await library.C_DecryptAsync(handle, input, Buffer.alloc(this.#bytes))
    if (this.#padding === 'token') return output
    try {
      return removeOaepPadding(output, this.#bytes)
    } finally {
      output.fill(0)
    }
  }

  #mechanism(): Mechanism {
    if (this.#padding === 'ours') return { mechanism: ck.CKM_RSA_X_509 }
    const parameter = {
      type: this.#module.oaepParameters,
      hashAlg: ck.CKM_SHA256,
      mgf: ck.CKG_MGF1_SHA256,
      source: ck.CKZ_DATA_SPECIFIED,
    }
    return { mechanism: ck.CKM_RSA_PKCS_OAEP, parameter }
  }

  #open(): Session {
    if (this.#refused) throw this.#refused
    this.#session ??= openSession(this.#module, this.#uri, this.#pin)
    return this.#session
  }

  #close(): void {
    const session = this.#session
    this.#session = undefined
    try {
      if (session) this.#module.library.C_CloseSession(session.handle)
    } catch {
      // It is gone already: that is why it is closed.
    }
  }

  #explained<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw this.#explain(error)
    }
  }

  #explain(error: unknown): unknown {
    const code = codeOf(error)
    if (error instanceof AppError || code === '' || NOT_OPENED.test(code)) return error
    if (!LASTING.test(code)) {
      const message = `The key ${this.#uri.place} cannot be used now (${code}).`
      return new AppError('ROOT_KEY_UNAVAILABLE', message, { cause: error })
    }
    const isPin = /^CKR_(PIN_|USER_PIN)/.test(code)
    const way = isPin ? 'check LOCKSTEP_ROOT_KEY_PASSPHRASE; a token locks after a few wrong PINs' : undefined
    const refused = refusal(this.#uri, `the token says ${code}${way === undefined ? '' : `: ${way}`}`, error)
    if (isPin) this.#refused = refused
    return refused
  }
}

/** The name of a PKCS#11 error, or an empty text for any other. */
function codeOf(error: unknown): string {
  return error instanceof Error && error.message.startsWith('CKR_') ? error.message : ''
}
