import { UnusableAddress } from './unusable-address.ts'

/**
 * Other spellings of libpq's parameters: of JDBC, Npgsql, PDO, Prisma, SQLAlchemy and Rails. Lower case without blanks,
 * dashes and underscores.
 */
const SPELLINGS: Readonly<Record<string, string>> = {
  server: 'host',
  hostname: 'host',
  database: 'dbname',
  db: 'dbname',
  initialcatalog: 'dbname',
  username: 'user',
  userid: 'user',
  uid: 'user',
  pwd: 'password',
  pass: 'password',
  applicationname: 'application_name',
  connecttimeout: 'connect_timeout',
  channelbinding: 'channel_binding',
  targetsessionattrs: 'target_session_attrs',
  targetservertype: 'target_session_attrs',
  schema: 'search_path',
  currentschema: 'search_path',
  searchpath: 'search_path',
  statementtimeout: 'statement_timeout',
  locktimeout: 'lock_timeout',
  sslrootcertificate: 'sslrootcert',
  rootcertificate: 'sslrootcert',
  sslcertificate: 'sslcert',
  encoding: 'client_encoding',
  clientencoding: 'client_encoding',
  charset: 'client_encoding',
}

/** What libpq, PostgreSQL and poolers know, besides the parts of an address. */
const OF_LIBPQ =
  'host port dbname user password sslmode ssl options channel_binding application_name fallback_application_name ' +
  'connect_timeout target_session_attrs load_balance_hosts hostaddr service servicefile passfile sslcert sslkey sslrootcert ' +
  'sslcrl sslcrldir sslpassword sslsni sslcompression sslnegotiation sslcertmode ssl_min_protocol_version ' +
  'ssl_max_protocol_version requiressl requirepeer require_auth krbsrvname krblevel gssencmode gsslib gssdelegation ' +
  'keepalives keepalives_idle keepalives_interval keepalives_count tcp_user_timeout replication client_encoding ' +
  'search_path statement_timeout lock_timeout idle_in_transaction_session_timeout timezone'

/**
 * Settings of the program that the string was written for: its pool, its cache of prepared statements, its framework.
 * They say nothing of the database, so they may stay and do nothing.
 */
const OF_CLIENTS =
  'pgbouncer connection_limit pool_timeout socket_timeout statement_cache_size connect_timeout max_connections ' +
  'pool pool_size pool_mode max_overflow pool_recycle pool_pre_ping pooling minimum_pool_size maximum_pool_size ' +
  'min_pool_size max_pool_size connection_idle_lifetime connection_lifetime connection_pruning_interval timeout ' +
  'command_timeout keepalive tcp_keepalive tcp_keep_alive login_timeout cancel_signal_timeout re_write_batched_inserts ' +
  'prepare_threshold prepared_statement_cache_queries prepared_statement_cache_size_mib default_row_fetch_size string_type ' +
  'binary_transfer log_level logger_level prefer_query_mode adapter driver encoding_errors server_version ' +
  'prepared_statements prepared_statement_cache_size statement_limit reaping_frequency idle_timeout checkout_timeout ' +
  'variables min_messages advisory_locks reconnect max_idle_connections conn_max_age conn_max_lifetime pool_max_conns ' +
  'pool_min_conns pool_max_conn_lifetime pool_max_conn_idle_time pool_health_check_period default_query_exec_mode ' +
  'statement_cache_capacity description_cache_capacity statement_cache_mode prefer_simple_protocol binary_parameters ' +
  'disable_prepared_binary_result fallback_application_name uselibpqcompat use_libpq_compat no_reset_on_close multiplexing ' +
  'include_error_detail persist_security_info trust_server_certificate supa workaround sslaccept keepalives max idle ' +
  'max_lifetime connection_timeout connection_timeout_millis idle_timeout_millis query_timeout prepare fetch_types ' +
  'sslidentity single_use_connections async_creator_fn unpooled pool_id log_unclosed_connections'

const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '')
const byPlainName = (names: string) => new Map(names.split(' ').map((name) => [plain(name), name]))
const ofLibpq = byPlainName(OF_LIBPQ)
const ofClients = byPlainName(OF_CLIENTS)

/** The name of a parameter in libpq's spelling, or as a client has it. Undefined for one that is in no list. */
export function canonicalName(name: string): string | undefined {
  const bare = plain(name)
  return SPELLINGS[bare] ?? ofLibpq.get(bare) ?? ofClients.get(bare)
}

/**
 * Collects parameters by their names in libpq's spelling.
 *
 * @throws UnusableAddress which names the parameter, unless the name is in no list: then it may be a part of a secret.
 */
export function collectParameters(pairs: Iterable<readonly [string, string]>): Map<string, string> {
  const found = new Map<string, string>()
  for (const [given, value] of pairs) {
    const name = canonicalName(given)
    if (name === undefined) throw unknownParameter()
    // Of two values each program takes another one.
    if (found.has(name) && found.get(name) !== value)
      throw new UnusableAddress(`holds the parameter ${name} twice. Keep one.`)
    found.set(name, value)
  }
  return found
}

const unknownParameter = () =>
  new UnusableAddress(
    'holds a parameter that neither libpq nor a client that we know has (not shown). Take it out; ' +
      'characters such as & ? # in a password are percent-encoded.',
  )

/** What `sslmode` and its other spellings ask for, in libpq's words; undefined when nothing is said. */
export function tlsMode(parameters: ReadonlyMap<string, string>): string | undefined {
  const given = parameters.get('sslmode') ?? parameters.get('ssl') ?? parameters.get('requiressl')
  if (given === undefined) return undefined
  const mode = plain(given)
  const known = TLS_MODES[mode]
  if (known !== undefined) return known
  throw new UnusableAddress(
    'holds an sslmode that libpq does not have. It has disable, allow, prefer, require, verify-ca and verify-full.',
  )
}

const TLS_MODES: Readonly<Record<string, string>> = {
  disable: 'disable',
  disabled: 'disable',
  false: 'disable',
  off: 'disable',
  '0': 'disable',
  no: 'disable',
  allow: 'allow',
  prefer: 'prefer',
  require: 'require',
  required: 'require',
  noverify: 'require',
  true: 'require',
  on: 'require',
  '1': 'require',
  yes: 'require',
  '': 'require',
  verifyca: 'verify-ca',
  verifyfull: 'verify-full',
  verify: 'verify-full',
  strict: 'verify-full',
}
