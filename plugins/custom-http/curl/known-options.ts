/** An option of curl, with its long name from the manual. */
export interface KnownOption {
  readonly name: string
  readonly takesValue: boolean
  /** Why it is left out; absent when the fields can express it. */
  readonly reason?: string
}

/** The letters of short options with their long names. */
const LETTERS =
  'a:append A:user-agent b:cookie B:use-ascii c:cookie-jar C:continue-at d:data D:dump-header e:referer E:cert f:fail ' +
  'F:form g:globoff G:get h:help H:header i:include I:head j:junk-session-cookies J:remote-header-name k:insecure ' +
  'K:config l:list-only L:location m:max-time M:manual n:netrc N:no-buffer o:output O:remote-name p:proxytunnel ' +
  'P:ftp-port q:disable Q:quote r:range R:remote-time s:silent S:show-error t:telnet-option T:upload-file u:user ' +
  'U:proxy-user v:verbose V:version w:write-out x:proxy X:request Y:speed-limit y:speed-time z:time-cond Z:parallel ' +
  '0:http1.0 1:tlsv1 2:sslv2 3:sslv3 4:ipv4 6:ipv6 #:progress-bar ::next'

/** The options that the fields can express. */
const understood = {
  switches: 'get head location location-trusted compressed fail fail-with-body globoff basic disable next',
  values:
    'request header data data-raw data-binary data-ascii data-urlencode json form form-string user user-agent referer ' +
    'cookie max-redirs max-time retry url url-query range oauth2-bearer',
}

const leftOut: readonly { readonly reason: string; readonly switches: string; readonly values: string }[] = [
  {
    reason: 'the step gives back status, headers and body instead of printing or saving them.',
    switches:
      'silent show-error verbose include buffer progress-meter progress-bar remote-name remote-name-all remote-header-name ' +
      'remote-time remove-on-error clobber create-dirs styled-output trace-time xattr manual help version parallel ' +
      'parallel-immediate fail-early list-only append out-null skip-existing trace-ids dump-ca-embed',
    values:
      'output output-dir dump-header write-out stderr trace trace-ascii create-file-mode libcurl parallel-max rate ' +
      'continue-at',
  },
  {
    reason: 'a step always checks the certificate of the server.',
    switches:
      'insecure doh-insecure proxy-insecure cert-status doh-cert-status ssl-no-revoke ssl-revoke-best-effort',
    values: 'cacert capath crlfile pinnedpubkey',
  },
  {
    reason:
      'a step reads no files. Put the certificate and its key into the field "Client certificate", best as a secret.',
    switches: 'ssl-auto-client-cert',
    values: 'cert cert-type key key-type pass engine egd-file random-file',
  },
  {
    reason: 'a step reads and writes no files.',
    switches: 'netrc netrc-optional junk-session-cookies',
    values: 'cookie-jar upload-file config netrc-file etag-compare etag-save hsts alt-svc time-cond',
  },
  {
    reason: 'whoever runs Lockstep decides on the proxy.',
    switches:
      'proxytunnel proxy-anyauth proxy-basic proxy-digest proxy-negotiate proxy-ntlm proxy-tlsv1 proxy-ssl-allow-beast ' +
      'proxy-ssl-auto-client-cert socks5-basic socks5-gssapi socks5-gssapi-nec suppress-connect-headers haproxy-protocol',
    values:
      'proxy preproxy proxy-user proxy-header noproxy proxy1.0 proxy-cacert proxy-capath proxy-cert proxy-cert-type ' +
      'proxy-ciphers proxy-crlfile proxy-key proxy-key-type proxy-pass proxy-pinnedpubkey proxy-service-name ' +
      'proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser socks4 socks4a socks5 socks5-hostname ' +
      'socks5-gssapi-service',
  },
  {
    reason: 'the step sends no credentials in this way.',
    switches: 'anyauth digest ntlm ntlm-wb negotiate disallow-username-in-url sasl-ir',
    values:
      'aws-sigv4 delegation krb login-options sasl-authzid service-name tlsauthtype tlspassword tlsuser',
  },
  {
    reason: 'the step decides itself how it connects, and how long it waits between retries.',
    switches:
      'http0.9 http1.0 http1.1 http2 http2-prior-knowledge http3 http3-only ipv4 ipv6 tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 ' +
      'sslv2 sslv3 ssl ssl-reqd ssl-allow-beast false-start tcp-fastopen tcp-nodelay keepalive sessionid alpn npn ' +
      'retry-all-errors retry-connrefused raw tr-encoding ignore-content-length path-as-is post301 post302 post303 ' +
      'form-escape use-ascii crlf follow mptcp tls-earlydata ech-grease ca-native proxy-ca-native proxy-http2 http3-prior',
    values:
      'connect-timeout connect-to resolve interface dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url unix-socket ' +
      'abstract-unix-socket local-port limit-rate speed-limit speed-time keepalive-time expect100-timeout ' +
      'happy-eyeballs-timeout-ms max-filesize ciphers curves tls-max tls13-ciphers retry-delay retry-max-time proto ' +
      'proto-default proto-redir request-target variable ech ip-tos vlan-priority keepalive-cnt sigalgs ipfs-gateway ' +
      'trace-config expand-url expand-data expand-header upload-flags',
  },
  {
    reason: 'it is for another protocol than HTTP.',
    switches:
      'compressed-ssh disable-eprt disable-epsv ftp-create-dirs ftp-pasv ftp-pret ftp-skip-pasv-ip ftp-ssl-ccc ' +
      'ftp-ssl-control mail-rcpt-allowfails metalink tftp-no-options',
    values:
      'ftp-account ftp-alternative-to-user ftp-method ftp-port ftp-ssl-ccc-mode hostpubmd5 hostpubsha256 mail-auth ' +
      'mail-from mail-rcpt pubkey quote telnet-option tftp-blksize',
  },
]

const byName = new Map<string, KnownOption>()
for (const { switches, values, ...why } of [understood, ...leftOut]) {
  for (const name of switches.split(' ')) byName.set(name, { name, takesValue: false, ...why })
  for (const name of values.split(' ')) byName.set(name, { name, takesValue: true, ...why })
}

const byLetter = new Map(LETTERS.split(' ').map((it) => [it.charAt(0), it.slice(2)] as const))

/** Looks an option up by its long name without dashes. `no-` before a switch turns it off. */
export function longOption(name: string): KnownOption | undefined {
  const switchedOff = name.startsWith('no-') ? byName.get(name.slice(3)) : undefined
  const exact = byName.get(name) ?? (switchedOff?.takesValue === false ? { ...switchedOff, name } : undefined)
  return exact ?? shortened(name)
}

/** curl takes the beginning of a name when no other name begins so. */
function shortened(name: string): KnownOption | undefined {
  if (name === '') return undefined
  const found = [...byName.values()].filter((it) => it.name.startsWith(name))
  return found.length === 1 ? found[0] : undefined
}

/** Looks an option up by its letter. */
export function shortOption(letter: string): KnownOption | undefined {
  const name = byLetter.get(letter)
  return name === undefined ? undefined : longOption(name)
}
