import { createPrivateKey, createPublicKey } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import { jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signJwt } from '../../plugins/sign-jwt/sign-jwt.ts'
import {
  asPlainRsa,
  KeyFault,
  readKeyAndChain,
  readPrivateKey,
  trustOptions,
} from '../../src/key-material/index.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { parseRootKey } from '../../src/vault/opening.ts'
import { TestAuthority } from '../egress/certificates.ts'
import { client, lookupIn, refusal, serve, type TestServer } from '../egress/world.ts'
import { errorOf, outcomeOf } from '../plugins/outcome.ts'
import { PASSPHRASE } from './key-files.ts'
import { account, base64, faults, files, pairs, spellings } from './key-table.ts'

describe.each(spellings)('PEM with %s', (_what, write) => {
  test('is the same key', () => {
    expect(readPrivateKey(write(files.pem)).equals(createPrivateKey(files.pem))).toBe(true)
    expect(readPrivateKey(write(files.encryptedOld), PASSPHRASE).equals(createPrivateKey(files.pem))).toBe(
      true,
    )
  })

  test('is the same pair with its certificate behind it', () => {
    const { key, chain } = readKeyAndChain(write(files.pem + files.cert))
    expect(key.equals(createPrivateKey(files.pem))).toBe(true)
    expect(chain).toEqual([files.cert])
  })
})

/** Every form of a key with its certificate, each presented in a handshake. */
const authority = new TestAuthority()
const http = client({ lookup: lookupIn({ 'api.test': ['127.0.0.66'] }), ca: authority.pem })
afterAll(() => http.egress.close())

describe('a client certificate', () => {
  let server: TestServer

  beforeAll(async () => {
    const own = { ...authority.issue(['api.test']), requestCert: true, rejectUnauthorized: false }
    server = await serve(
      '127.0.0.66',
      (request, response) => response.end((request.socket as TLSSocket).getPeerCertificate().subject?.CN),
      own,
    )
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const certificateOf = (content: string, passphrase?: string) => ({
    clientCertificate: {
      content: new Sensitive(content),
      ...(passphrase !== undefined && { passphrase: new Sensitive(passphrase) }),
    },
  })

  test.each(pairs)('as %s is presented', async (_form, content, passphrase) => {
    const response = await http(`https://api.test:${server.port}/`, certificateOf(content, passphrase))
    expect(await response.text()).toBe('step.test')
  })
})

/** The verifying library takes no key that is for RSA-PSS alone. */
function verifierOf(text: string) {
  const key = readPrivateKey(text, PASSPHRASE)
  return key.asymmetricKeyType === 'rsa-pss' ? asPlainRsa(key) : key
}

describe('sign-jwt signs with', () => {
  test.each([
    ['RS256', files.pem],
    ['RS256', base64(files.der)],
    ['PS256', files.pss],
    ['ES256', files.sec1WithParameters],
    ['ES256', JSON.stringify(createPrivateKey(files.ec).export({ format: 'jwk' }))],
    ['EdDSA', files.ed],
    ['RS256', JSON.stringify(account)],
    // In a string of JSON, as `jq -R` and configuration files of JSON hold it.
    ['ES256', JSON.stringify(JSON.stringify(createPrivateKey(files.ec).export({ format: 'jwk' })))],
    ['RS256', base64(JSON.stringify(account, undefined, 2))],
    ['RS256', JSON.stringify({ keys: [createPrivateKey(files.pem).export({ format: 'jwk' })] })],
    ['RS256', files.bags],
    ['RS256', base64(files.p12)],
    ['RS256', files.encrypted],
  ])('%s and key %#', async (algorithm, key) => {
    const secrets = { KEY: key, PASSPHRASE }
    const fields = { algorithm, key: '{{ secrets.KEY }}', passphrase: '{{ secrets.PASSPHRASE }}' }
    const { output, error } = await outcomeOf(signJwt, fields, { secrets })
    expect(error).toBeUndefined()
    const { token } = output as { token: string }
    await expect(jwtVerify(token, createPublicKey(verifierOf(key)))).resolves.toBeDefined()
  })
})

describe.each(faults)('%s is refused with the same words', (_what, content, words, passphrase) => {
  const given = passphrase === undefined ? undefined : new Sensitive(passphrase)
  const shown = (message: string) => {
    expect(message).toContain(words)
    expect(message).not.toContain('CANARY')
    for (const line of content.split(/\s+/).filter((it) => it.length > 20 && !it.includes('-----'))) {
      expect(message).not.toContain(line)
    }
  }

  test('of a client certificate', async () => {
    const clientCertificate = { content: new Sensitive(content), passphrase: given }
    shown((await refusal(http('https://api.test/', { clientCertificate }), 'INVALID_FIELD')).message)
  })

  test('of the root key', () => {
    try {
      parseRootKey('root-key.pem', Buffer.from(content), given)
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({ code: 'INVALID_CONFIG' })
      shown(String(error))
    }
  })

  test('of sign-jwt', async () => {
    const fields = { key: '{{ secrets.KEY }}', ...(passphrase && { passphrase: '{{ secrets.PASS }}' }) }
    const secrets = { KEY: content, ...(passphrase && { PASS: passphrase }) }
    // A field of blanks alone is empty, which the form says before anybody reads a key.
    if (content.trim() === '') return
    shown((await errorOf(signJwt, fields, { secrets })).message)
  })
})

test('a key that does not fit its certificate is said so, of root key and client certificate alike', async () => {
  const content = files.pem + files.ecCert
  const work = http('https://api.test/', { clientCertificate: { content } })
  expect((await refusal(work, 'INVALID_FIELD')).message).toContain(
    'holds no certificate that belongs to its private key',
  )
  expect(() => parseRootKey('root-key.pem', Buffer.from(content))).toThrow(
    'holds no certificate that belongs to its private key',
  )
})

describe('authorities', () => {
  test.each<[what: string, content: string]>([
    ['PEM in one line', files.cert.replaceAll('\n', '\\n')],
    ['a bundle with comments', `# Our authority\n${files.cert}\n# Another\n${files.ecCert}`],
    ['DER in base64', base64(files.certDer)],
    ['base64 of PEM', base64(files.cert)],
  ])('are read as %s', (_what, content) => {
    expect(trustOptions(content).ca).toContain(files.cert)
  })

  test.each<[what: string, content: string, words: string]>([
    ['a key', files.pem, 'holds a key, and a certificate is needed'],
    ['a public key', files.public, 'holds a key, and a certificate is needed'],
    ['a cut certificate', files.cert.slice(0, 300), 'is cut off'],
    ['a word', 'CANARY', 'holds no key that can be read'],
  ])('are refused as %s', (_what, content, words) => {
    expect(() => trustOptions(content)).toThrow(words)
  })
})

describe('a short shared secret', () => {
  const fields = { algorithm: 'HS256', key: '{{ secrets.KEY }}' }
  const secrets = { KEY: 'CANARY-of-23-characters' }

  test('is refused unless the author allows it', async () => {
    const { message } = await errorOf(signJwt, fields, { secrets })
    expect(message).toContain('HS256 cannot sign with it. It wants a shared secret of 32 bytes or more')
  })

  test('signs when the author allows it', async () => {
    const { output, error } = await outcomeOf(signJwt, { ...fields, allowShortKey: true }, { secrets })
    expect(error).toBeUndefined()
    const { token } = output as { token: string }
    await expect(jwtVerify(token, Buffer.from(secrets.KEY))).resolves.toBeDefined()
  })

  test.each([files.public, base64(files.public), files.pem.replaceAll('\n', '\\n'), base64(files.der)])(
    'is never a key of a pair, with which everybody could sign (%#)',
    async (key) => {
      const { message } = await errorOf(
        signJwt,
        { ...fields, allowShortKey: true },
        { secrets: { KEY: key } },
      )
      expect(message).toContain('holds a key of a pair')
    },
  )
})

describe('content that was made up to keep the worker busy', () => {
  test.each<[what: string, content: string]>([
    ['many beginnings', '-----BEGIN A-----'.repeat(60_000)],
    ['dashes', '-'.repeat(1e6)],
    ['quotes', '"'.repeat(1e6)],
    ['quotes of two kinds', `"'`.repeat(5e5)],
    ['blanks', `${' '.repeat(1e6 - 1)}x`],
    ['header lines', `-----BEGIN A-----\n${'a:\n'.repeat(3e5)}-----END A-----`],
    ['brackets', '['.repeat(1e6)],
    ['backslashes', '\\'.repeat(1e6)],
    ['over 1 MiB', 'A'.repeat(1024 * 1024 + 1)],
    ['many encrypted keys', files.encrypted.repeat(500)],
    ['nested DER', base64(Buffer.from('3080'.repeat(100_000), 'hex'))],
  ])('%s is refused as a fault', (_what, content) => {
    expect(() => readPrivateKey(content, 'x')).toThrow(KeyFault)
  })

  test('rounds without end are refused before they are counted', () => {
    const der = Buffer.from(files.encrypted.replace(/-----.*-----|\s/g, ''), 'base64')
    const rounds = der.indexOf(Buffer.from('02020800', 'hex'))
    expect(rounds).toBeGreaterThan(0)
    // 2048 as four bytes would move everything, so the salt gives two of its own.
    const salt = der.subarray(rounds - 10, rounds)
    expect(salt[0]).toBe(0x04)
    const shorter = Buffer.concat([Buffer.from([0x04, (salt[1] ?? 0) - 2]), salt.subarray(2, -2)])
    const forged = Buffer.concat([
      der.subarray(0, rounds - 10),
      shorter,
      Buffer.from('02047fffffff', 'hex'),
      der.subarray(rounds + 4),
    ])
    expect(() => readPrivateKey(forged.toString('base64'), PASSPHRASE)).toThrow('more rounds')
  })
})
