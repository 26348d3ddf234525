import { createSecureContext } from 'node:tls'
import { AppError } from '../errors.ts'
import { KeyFault, readKeyAndChain } from '../key-material/index.ts'
import { Sensitive } from '../sensitive.ts'

export interface ClientCertificate {
  /** The private key and its certificate, with the chain, in any form that the key reader knows. */
  content: string | Sensitive
  passphrase?: string | Sensitive | undefined
}

/** Both as PEM; the certificate of the key stands first in the chain. */
interface KeyPem {
  key: string
  cert: string
}

/** Reads the certificate for TLS. Throws `INVALID_FIELD`, which says the kind of the fault and nothing of the content. */
export function readClientCertificate(certificate: ClientCertificate): KeyPem {
  const passphrase = certificate.passphrase === undefined ? undefined : reveal(certificate.passphrase)
  try {
    const { key, chain } = readKeyAndChain(reveal(certificate.content), passphrase)
    const options = { key: String(key.export({ type: 'pkcs8', format: 'pem' })), cert: chain.join('\n') }
    // Fails now if TLS does not take the key, rather than in the middle of a handshake.
    createSecureContext(options)
    return options
  } catch (error) {
    // Any other reason is dropped: messages of OpenSSL may quote what they could not read.
    const reason = error instanceof KeyFault ? error.message : 'has a key that TLS does not take'
    throw new AppError('INVALID_FIELD', `The client certificate ${reason}.`)
  }
}

function reveal(value: string | Sensitive): string {
  return value instanceof Sensitive ? value.reveal() : value
}
