/**
 * The vault for the side that opens: private keys. The worker and the key commands import this file; the API and
 * the domain never do.
 */
export { signAuditCheckpoint, signAuditCut } from './audit-statements.ts'
export { createOpener, type OpenedValue, type Opener, type OpenerOptions } from './create-opener.ts'
export { createRootKey, type NewRootKey, type RootKeyOptions } from './create-root-key.ts'
export { readNeighbour, signNeighbour, signRecipients, signWorkspaceKey } from './key-statements.ts'
export { loadOrCreateRootKey } from './load-or-create-root-key.ts'
export { loadRootKey, loadSigningKey, parseRootKey } from './load-root-key.ts'
export { openWorkspaceKey, thumbprintOf } from './open-workspace-key.ts'
export { readPassphraseFile } from './passphrase-file.ts'
export { readRootKeyVariable } from './providers/environment.ts'
export { openRootKeyUri } from './providers/index.ts'
export { type Rewrapped, rewrapWorkspaceKey } from './rewrap-workspace-key.ts'
export { assertFingerprint, type RootKey } from './root-key.ts'
export { readRootKeyFile, replaceRootKeyFile } from './root-key-file.ts'
export { statementHeader } from './statement.ts'
export { trustedSigners } from './succession.ts'
