import { CompactEncrypt, importJWK, type JWK } from 'jose'

export interface SealingKey {
  kid: string
  jwk: JWK
}

/** Seals as a client without our code does: with the public key and the documented header. */
export async function sealAsClient(
  key: SealingKey,
  at: { workspace: string; name: string },
  text: string,
  header: object = {},
): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader({
      alg: 'ECDH-ES',
      enc: 'A256GCM',
      kid: key.kid,
      ws: at.workspace,
      name: at.name,
      ...header,
    })
    .encrypt(await importJWK(key.jwk, 'ECDH-ES'))
}
