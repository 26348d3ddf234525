import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const PASSPHRASE = 'prüf-2024'

/** What `openssl` writes of one key: its files, by name, in base64 where they are no text. */
export function makeKeyFiles() {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-keys-'))
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
  const make = (file: string, ...args: string[]) => {
    openssl(...args, '-out', file)
    return readFileSync(join(folder, file))
  }
  const text = (file: string, ...args: string[]) => make(file, ...args).toString()
  const certify = (name: string) =>
    text(
      `${name}.crt`,
      'req',
      '-x509',
      '-new',
      '-key',
      `${name}.pem`,
      '-days',
      '30',
      '-subj',
      '/CN=step.test',
    )
  try {
    const pem = text('rsa.pem', 'genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048')
    const ec = text('ec.pem', 'genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256')
    const ed = text('ed.pem', 'genpkey', '-algorithm', 'ED25519')
    const pss = text('pss.pem', 'genpkey', '-algorithm', 'RSA-PSS', '-pkeyopt', 'rsa_keygen_bits:2048')
    const cert = certify('rsa')
    const p12 = (file: string, key: string, ...args: string[]) =>
      make(
        file,
        'pkcs12',
        '-export',
        '-inkey',
        `${key}.pem`,
        '-in',
        `${key}.crt`,
        '-passout',
        `pass:${PASSPHRASE}`,
        ...args,
      )
    const secret = ['-passout', `pass:${PASSPHRASE}`]
    const ecCert = certify('ec')
    const edCert = certify('ed')
    return {
      pem,
      cert,
      ec,
      ecCert,
      ed,
      edCert,
      pss,
      pkcs1: text('pkcs1.pem', 'rsa', '-in', 'rsa.pem', '-traditional'),
      sec1: text('sec1.pem', 'ec', '-in', 'ec.pem'),
      sec1WithParameters:
        openssl('ecparam', '-name', 'prime256v1').toString() + readFileSync(join(folder, 'sec1.pem')),
      public: text('public.pem', 'pkey', '-in', 'rsa.pem', '-pubout'),
      der: make('rsa.der', 'pkcs8', '-topk8', '-nocrypt', '-in', 'rsa.pem', '-outform', 'DER'),
      certDer: make('crt.der', 'x509', '-in', 'rsa.crt', '-outform', 'DER'),
      encrypted: text('enc.pem', 'pkcs8', '-topk8', '-v2', 'aes-256-cbc', '-in', 'rsa.pem', ...secret),
      encryptedDes: text('des.pem', 'pkcs8', '-topk8', '-v1', 'PBE-SHA1-3DES', '-in', 'rsa.pem', ...secret),
      encryptedOld: text('old.pem', 'rsa', '-traditional', '-aes256', '-in', 'rsa.pem', ...secret),
      p12: p12('new.p12', 'rsa'),
      p12Old: p12('old.p12', 'rsa', '-legacy', '-certpbe', 'PBE-SHA1-RC2-40', '-keypbe', 'PBE-SHA1-3DES'),
      p12NoMac: p12('nomac.p12', 'rsa', '-nomac'),
      p12Ec: p12('ec.p12', 'ec'),
      bags: openssl('pkcs12', '-in', 'new.p12', '-nodes', '-passin', `pass:${PASSPHRASE}`).toString(),
      request: text('request.pem', 'req', '-new', '-key', 'rsa.pem', '-subj', '/CN=step.test'),
      pkcs7: text('bundle.p7', 'crl2pkcs7', '-nocrl', '-certfile', 'rsa.crt'),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
