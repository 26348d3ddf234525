import * as documents from '../support/documents.ts'
import { create, type HostileRequest, query, sent, step, strictly, value } from './hostile-request.ts'

const documentRows: HostileRequest[] = [
  ['an empty document', query(''), 400, 'BAD_REQUEST', /no query/],
  ['a document of comments', query('# nothing'), 200, 'GRAPHQL_PARSE_FAILED', /Syntax Error/],
  ['a brace that is open', query('{ viewer { id }'), 200, 'GRAPHQL_PARSE_FAILED', /Syntax Error/],
  ['the same, strictly', strictly('{ viewer { id }'), 400, 'GRAPHQL_PARSE_FAILED', /Syntax Error/],
  ['a null byte', query('{ viewer { \u0000 } }'), 200, 'GRAPHQL_PARSE_FAILED', /Syntax Error/],
  ['2001 tokens', query(`{ ${'a '.repeat(2001)}}`), 200, 'GRAPHQL_PARSE_FAILED', /./],
  ['depth without end', query('{ a '.repeat(900)), 200, 'GRAPHQL_PARSE_FAILED', /./],
  [
    'an unknown field',
    query('{ viewer { password } }'),
    200,
    'GRAPHQL_VALIDATION_FAILED',
    /Cannot query field/,
  ],
  [
    'the same, strictly',
    strictly('{ viewer { password } }'),
    400,
    'GRAPHQL_VALIDATION_FAILED',
    /Cannot query field/,
  ],
  ['a schema', query('type Query { a: Int }'), 400, 'OPERATION_RESOLUTION_FAILURE', /operation/],
  ['only a fragment', query('fragment F on Viewer { id }'), 400, 'OPERATION_RESOLUTION_FAILURE', /operation/],
  [
    'several operations',
    query('query A { __typename } query B { __typename }'),
    400,
    'OPERATION_RESOLUTION_FAILURE',
    /operation/,
  ],
  [
    'an operation that there is not',
    query('query A { __typename }', { operationName: 'B' }),
    400,
    'OPERATION_RESOLUTION_FAILURE',
    /operation/,
  ],
  [
    'a circle of fragments',
    query('{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }'),
    200,
    'GRAPHQL_VALIDATION_FAILED',
    /spread/,
  ],
  ['an unknown directive', query('{ __typename @defeat }'), 200, 'GRAPHQL_VALIDATION_FAILED', /directive/],
  [
    'two subscriptions in one',
    query(
      'subscription { a: runUpdated(id: "a.b") { id } b: runUpdated(id: "a.b") { id } }',
      {},
      { accept: 'text/event-stream, application/json' },
    ),
    200,
    'GRAPHQL_VALIDATION_FAILED',
    /./,
  ],
  [
    'a value of a secret',
    query('{ secrets(workspace: "acme") { name value } }'),
    200,
    'GRAPHQL_VALIDATION_FAILED',
    /Cannot query field/,
  ],
  [
    'more than a request may cost',
    query(
      `{ ${Array.from({ length: 20 }, (_it, i) => `a${i}: secretUsages(workspace: "acme", name: "A", first: 5000) { id automation { variables { kind } } }`).join(' ')} }`,
    ),
    400,
    'QUERY_TOO_COSTLY',
    /limit is 500000/,
  ],
  [
    'the hash of no document',
    sent(JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } })),
    200,
    'PERSISTED_QUERY_NOT_FOUND',
    /PersistedQueryNotFound/,
  ],
]

const variableRows: HostileRequest[] = [
  [
    'a missing variable',
    query(documents.secrets),
    200,
    'BAD_USER_INPUT',
    /^\$workspace is required: a value of the type ID!\.$/,
  ],
  ['the same, strictly', strictly(documents.secrets), 400, 'BAD_USER_INPUT', /^\$workspace is required/],
  [
    'a list for an id',
    query(documents.secrets, { variables: { workspace: ['a'] } }),
    200,
    'BAD_USER_INPUT',
    /^\$workspace does not fit: it takes a value of the type ID!\.$/,
  ],
  [
    'an object for a number',
    query(documents.secrets, { variables: { workspace: 'acme', first: {} } }),
    200,
    'BAD_USER_INPUT',
    /^\$first does not fit: it takes a value of the type Int\.$/,
  ],
  [
    'half a number',
    query(documents.secrets, { variables: { workspace: 'acme', first: 1.5 } }),
    200,
    'BAD_USER_INPUT',
    /^\$first does not fit/,
  ],
  [
    'a number beyond 32 bits',
    query(documents.secrets, { variables: { workspace: 'acme', first: 2 ** 40 } }),
    200,
    'BAD_USER_INPUT',
    /^\$first does not fit/,
  ],
  ['text for an input', create(value), 200, 'BAD_USER_INPUT', /^\$input does not fit/],
  [
    'an input without a name',
    create({ workspace: 'acme', steps: [] }),
    200,
    'BAD_USER_INPUT',
    /^\$input\.name is required: a value of the type String!\.$/,
  ],
  [
    'an unknown field deep inside',
    create({ workspace: 'acme', name: 'x', steps: [step, { ...step, [value]: 1 }] }),
    200,
    'BAD_USER_INPUT',
    /^\$input\.steps\[1\] has a field that StepInput does not have\. It may have: .*key/,
  ],
  [
    'null deep inside',
    create({ workspace: 'acme', name: 'x', steps: [{ ...step, key: null }] }),
    200,
    'BAD_USER_INPUT',
    /^\$input\.steps\[0\]\.key is required/,
  ],
  [
    'a role that there is not',
    query(documents.createApiToken, { variables: { input: { workspace: 'acme', name: 'x', role: value } } }),
    200,
    'BAD_USER_INPUT',
    /^\$input\.role does not fit: it takes one of ADMIN, MEMBER\.$/,
  ],
]

/** Requests whose document or variables are wrong. */
export const hostileDocuments = [...documentRows, ...variableRows]
