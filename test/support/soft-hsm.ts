import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadPkcs11 } from '../../src/vault/providers/pkcs11-module.ts'

const libraries = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib64/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
]
const library = libraries.find((it) => existsSync(it))

/** Why this machine has no token to test with; undefined if it has one. */
export const withoutSoftHsm = await missingPart()

async function missingPart(): Promise<string | undefined> {
  if (!library || spawnSync('softhsm2-util', ['--version']).status !== 0) return 'SoftHSM 2 is not installed'
  const name: string = 'pkcs11js'
  return import(name).then(
    () => undefined,
    () => 'the package pkcs11js is not installed',
  )
}

/** A token of SoftHSM 2 with one RSA key. */
export interface SoftHsm {
  pin: string
  /** A PKCS#11 URI of the key, whose label is `root` and whose id is 01. */
  uri: string
  module: string
  /** The environment that a process needs to see the token. */
  env: { SOFTHSM2_CONF: string }
  importKey(pem: string, label: string, id: string): Promise<void>
  /** Ends every session of this process with the token, and so the sign-in. */
  endSessions(): Promise<void>
  remove(): Promise<void>
}

/**
 * Makes a token in a separate folder. A process reads SOFTHSM2_CONF when it loads the library, so this process
 * sets it.
 *
 * @param pem the private key, PKCS#8.
 */
export async function createSoftHsm(pem: string): Promise<SoftHsm> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-hsm-'))
  const [label, pin, module] = ['lockstep', 'pin-of-the-token-2816', library ?? '']
  const env = { SOFTHSM2_CONF: join(folder, 'softhsm2.conf') }
  await mkdir(join(folder, 'tokens'))
  await writeFile(env.SOFTHSM2_CONF, `directories.tokendir = ${join(folder, 'tokens')}\nlog.level = ERROR\n`)
  Object.assign(process.env, env)
  const run = (...args: string[]) => execFileSync('softhsm2-util', args, { stdio: 'pipe' })
  run('--init-token', '--free', '--label', label, '--pin', pin, '--so-pin', 'so-pin-2816')
  const importKey: SoftHsm['importKey'] = async (key, name, id) => {
    const file = join(folder, 'key.pem')
    await writeFile(file, key)
    run('--import', file, '--token', label, '--label', name, '--id', id, '--pin', pin)
    await rm(file)
  }
  await importKey(pem, 'root', '01')
  return {
    pin,
    uri: `pkcs11:token=${label};object=root;type=private?module-path=${module}`,
    module,
    env,
    importKey,
    async endSessions() {
      const { library } = await loadPkcs11(module)
      for (const slot of library.C_GetSlotList(true)) library.C_CloseAllSessions(slot)
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
