import { execFile } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { readWorkspaceKeyStatement } from '../../src/vault/sealing.ts'
import { readSigningCertificate } from '../../src/vault/statement.ts'
import { makeCertificate } from '../keys/certificates.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { freePorts, main } from '../support/instance.ts'
import { type KmsServer, startKmsServer } from '../support/kms-server.ts'
import { type LockstepProcess, startLockstep } from '../support/lockstep-process.ts'
import { createSoftHsm, type SoftHsm, withoutSoftHsm } from '../support/soft-hsm.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'
import { certificateIn, recoveryKeyPem, rootKeyPem } from '../vault/frozen-format.ts'

const value = 'value-behind-a-held-key-8106'

vi.setConfig({ testTimeout: 120_000 })

let folder: string
let app: TestApp
let echo: EchoServer
let acme: TestWorkspace
let automation: string
const workers: LockstepProcess[] = []

/** For each test an instance without a worker, whose database has seen no root key yet. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-providers-'))
  echo = await startEchoServer()
  app = await startTestApp({ worker: false })
})
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop()
  await app.expectNoCanary(value)
  await app.close()
  await echo.close()
  await rm(folder, { recursive: true })
})

function startWorker(env: NodeJS.ProcessEnv): LockstepProcess {
  const worker = startLockstep(
    [main, 'worker'],
    {
      DATABASE_URL: app.database.url.reveal(),
      LOCKSTEP_DATA: folder,
      LOCKSTEP_EGRESS_ALLOW: '127.0.0.1',
      LOCKSTEP_WORKER_PORT: '0',
      ...env,
    },
    app.log,
  )
  workers.push(worker)
  return worker
}

/** Starts two workers one after the other. With each, a run uses a secret that was sealed before. */
async function expectItWorks(env: NodeJS.ProcessEnv, starts = 2): Promise<void> {
  for (let start = 0; start < starts; start++) {
    app.log.length = 0
    const worker = startWorker(env)
    await worker.untilSays(/worker takes runs/)
    if (start === 0) await createSecret()
    expect(await acme.run(automation)).toMatchObject({ status: 'SUCCEEDED' })
    expect(echo.received.at(-1)?.headers['x-key']).toBe(value)
    expect(await worker.stop()).toBe(0)
  }
}

async function createSecret(): Promise<void> {
  acme = await createTestWorkspace(app, 'acme')
  await acme.createSecret('KEY', value)
  const fields = { url: echo.url, headers: [{ name: 'x-key', value: '{{ secrets.KEY }}' }] }
  automation = (await acme.createAutomation('Call', [{ key: 'call', type: 'custom-http', fields }])).id
}

const pkcs8 = (pem: string): string =>
  createPrivateKey(pem).export({ format: 'pem', type: 'pkcs8' }).toString()

describe('a root key in the environment', () => {
  test('opens the secrets of a run and appears in no log line', async () => {
    await expectItWorks({ LOCKSTEP_ROOT_KEY: rootKeyPem })
    expect(app.log.join('\n')).not.toContain(rootKeyPem.split('\n')[3])
  })

  test('of another database is refused with 78 and both fingerprints', async () => {
    await expectItWorks({ LOCKSTEP_ROOT_KEY: rootKeyPem }, 1)
    const worker = startWorker({ LOCKSTEP_ROOT_KEY: recoveryKeyPem })
    expect(await worker.ended).toBe(78)
    const said = worker.output.join('\n')
    expect(said).toContain('The root key in LOCKSTEP_ROOT_KEY is not the key of this database')
    expect(said).not.toContain('PRIVATE KEY')
  })

  test('reaches only the worker: neither the API nor a dump of an environment', async () => {
    const ports = await freePorts()
    // A step type whose module tells of the environment of its process. It lies beside the data folder, of which the API
    // reads nothing.
    const plugin = join(folder, 'environment.ts')
    await writeFile(plugin, `throw new Error('environment: ' + JSON.stringify(process.env))\n`)
    const instance = startLockstep([main, 'start'], {
      ...ports,
      DATABASE_URL: app.database.url.reveal(),
      LOCKSTEP_DATA: join(folder, 'data'),
      LOCKSTEP_PLUGINS: plugin,
      LOCKSTEP_ROOT_KEY: rootKeyPem,
      LOCKSTEP_ROOT_KEY_PASSPHRASE: 'passphrase-not-needed-5528',
    })
    workers.push(instance)
    expect(await instance.ended).toBe(78)
    expect(instance.output.join('\n')).toContain('environment: {')
    expect(instance.output.join('\n')).not.toContain('PRIVATE KEY')
    expect(instance.output.join('\n')).not.toContain('passphrase-not-needed-5528')
  })
})

describe('a root key in AWS KMS (its wire protocol, not the service)', () => {
  let kms: KmsServer
  beforeAll(async () => {
    kms = await startKmsServer(rootKeyPem)
  })
  afterAll(() => kms.close())

  const env = (): NodeJS.ProcessEnv => ({ ...kms.env, LOCKSTEP_ROOT_KEY_URI: `awskms:${kms.arn}` })

  test('opens the secrets of a run, with the same certificate at every start', async () => {
    await expectItWorks(env())
    expect(kms.asked.filter((it) => it === 'Decrypt').length).toBeGreaterThanOrEqual(4)
    const certificates = await app.database.query('select fingerprint from root_certificate')
    expect(certificates).toHaveLength(1)
    expect(app.log.join('\n')).not.toContain(kms.env.AWS_SECRET_ACCESS_KEY)
  })

  test('cannot sign, so nothing is vouched for, with a warning, until a signing key is configured', async () => {
    await expectItWorks(env(), 1)
    expect(app.log.join('\n')).toContain('Nothing vouches for keys and certificates')
    const signed = () =>
      app.database.query<{ signature: string | null }>('select signature from workspace_key')
    expect(await signed()).toEqual([{ signature: null }])
    const absent = startWorker({ ...env(), LOCKSTEP_SIGNING_KEY_FILE: join(folder, 'absent.pem') })
    expect(await absent.ended).toBe(78)
    expect(absent.output.join('\n')).toContain('LOCKSTEP_SIGNING_KEY_FILE')
    const file = join(folder, 'signing.pem')
    // A certificate that is only for signatures.
    const { certificate, key } = makeCertificate({ keyEncipherment: false })
    await writeFile(file, key + certificate, { mode: 0o600 })
    app.log.length = 0
    const worker = startWorker({ ...env(), LOCKSTEP_SIGNING_KEY_FILE: file })
    await worker.untilSays(/worker takes runs/)
    const [{ signature = '' } = {}] = await signed()
    const signer = await readSigningCertificate(certificate)
    const [{ kid = '' } = {}] = await app.database.query<{ kid: string }>('select kid from workspace_key')
    expect(await readWorkspaceKeyStatement(signer, { workspace: 'acme', kid }, signature ?? '')).toBe(1)
    expect(await acme.run(automation)).toMatchObject({ status: 'SUCCEEDED' })
    await worker.stop()
    // A worker without the signing key signs nothing, and logs that.
    app.log.length = 0
    const without = startWorker(env())
    await without.untilSays(/vouched for by another key/)
    expect(without.output.join('\n')).toContain(signer.fingerprint)
  })

  test('gives two workers that start first at once the same certificate', async () => {
    const both = [startWorker(env()), startWorker(env())]
    for (const worker of both) await worker.untilSays(/worker takes runs/)
    expect(await app.database.query('select fingerprint from root_certificate')).toHaveLength(1)
  })

  test('that is unavailable ends the worker with 1, so that it is restarted', async () => {
    const gone = await startKmsServer(rootKeyPem)
    await gone.close()
    const worker = startWorker({ ...env(), AWS_ENDPOINT_URL_KMS: gone.url })
    expect(await worker.ended).toBe(1)
    expect(worker.output.join('\n')).toMatch(/AWS KMS does not answer .*ECONNREFUSED/)
  })

  test('that denies access ends the worker with 78', async () => {
    kms.troubles.push({ status: 400, type: 'AccessDeniedException' })
    const worker = startWorker(env())
    expect(await worker.ended).toBe(78)
    expect(worker.output.join('\n')).toContain('allow this worker kms:GetPublicKey and kms:Decrypt')
  })
})

describe.skipIf(withoutSoftHsm)(
  `a root key in a PKCS#11 token${withoutSoftHsm ? ` (${withoutSoftHsm})` : ''}`,
  () => {
    let hsm: SoftHsm
    beforeAll(async () => {
      hsm = await createSoftHsm(pkcs8(rootKeyPem))
    })
    afterAll(() => hsm.remove())

    test('opens the secrets of a run, with the PIN from a file', async () => {
      const file = join(folder, 'pin')
      await writeFile(file, `${hsm.pin}\n`, { mode: 0o600 })
      await expectItWorks({
        ...hsm.env,
        LOCKSTEP_ROOT_KEY_URI: hsm.uri,
        LOCKSTEP_ROOT_KEY_PASSPHRASE_FILE: file,
      })
    })

    test('opens data that were sealed for the same key in a file', async () => {
      const file = join(folder, 'root-key.pem')
      await writeFile(file, pkcs8(rootKeyPem) + certificateIn(rootKeyPem), { mode: 0o600 })
      await expectItWorks({}, 1)
      await rm(file)
      const worker = startWorker({
        ...hsm.env,
        LOCKSTEP_ROOT_KEY_URI: hsm.uri,
        LOCKSTEP_ROOT_KEY_PASSPHRASE: hsm.pin,
      })
      await worker.untilSays(/worker takes runs/)
      expect(await acme.run(automation)).toMatchObject({ status: 'SUCCEEDED' })
      const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'args='])
      expect(stdout).not.toContain(hsm.pin)
    })

    test('with a wrong PIN ends the worker with 78, so that no restart locks the token', async () => {
      const pin = 'wrong-pin-of-the-worker-3318'
      const worker = startWorker({
        ...hsm.env,
        LOCKSTEP_ROOT_KEY_URI: hsm.uri,
        LOCKSTEP_ROOT_KEY_PASSPHRASE: pin,
      })
      expect(await worker.ended).toBe(78)
      const said = worker.output.join('\n')
      expect(said).toContain('CKR_PIN_INCORRECT')
      expect(said).not.toContain(pin)
    })

    test('is refused with a PIN file that others can read', async () => {
      const file = join(folder, 'pin')
      await writeFile(file, hsm.pin, { mode: 0o644 })
      const worker = startWorker({
        ...hsm.env,
        LOCKSTEP_ROOT_KEY_URI: hsm.uri,
        LOCKSTEP_ROOT_KEY_PASSPHRASE_FILE: file,
      })
      expect(await worker.ended).toBe(78)
      expect(worker.output.join('\n')).toContain(
        `rights on the passphrase file ${file} (0644): chmod 600 ${file}`,
      )
      expect(await readFile(file, 'utf8')).toBe(hsm.pin)
    })
  },
)
