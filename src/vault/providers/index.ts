import { AppError } from '../../errors.ts'
import type { Sensitive } from '../../sensitive.ts'
import type { RootKey } from '../root-key.ts'
import { openAwsKmsKey } from './aws-kms.ts'
import { createHeldRootKey } from './held-key.ts'
import { openPkcs11Key } from './pkcs11.ts'

/**
 * Opens a root key that is held elsewhere: `pkcs11:` (RFC 7512) or `awskms:` and an ARN.
 *
 * @param pin of the token.
 * @param known PEM of the root certificate that the database has, if any; see {@link createHeldRootKey}.
 * @throws AppError INVALID_CONFIG, ROOT_KEY_UNAVAILABLE
 */
export async function openRootKeyUri(uri: string, pin?: Sensitive, known?: string): Promise<RootKey> {
  if (uri.startsWith('pkcs11:')) return createHeldRootKey(await openPkcs11Key(uri, pin), known)
  if (uri.startsWith('awskms:')) return createHeldRootKey(await openAwsKmsKey(uri), known)
  throw new AppError('INVALID_CONFIG', 'A root key is held at a pkcs11: URI or at awskms:ARN.')
}
