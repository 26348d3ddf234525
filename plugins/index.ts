import { awsRequest } from './aws-request/aws-request.ts'
import { customHttp } from './custom-http/custom-http.ts'
import { graphqlRequest } from './graphql-request/graphql-request.ts'
import { oauth2Token } from './oauth2-token/oauth2-token.ts'
import { queryPostgres } from './query-postgres/query-postgres.ts'
import { redisCommand } from './redis-command/redis-command.ts'
import { s3Object } from './s3-object/s3-object.ts'
import { sendEmail } from './send-email/send-email.ts'
import { setValues } from './set-values/set-values.ts'
import { signJwt } from './sign-jwt/sign-jwt.ts'
import { wait } from './wait/wait.ts'

/** The built-in step types, in the order of the editor's menu. */
export default [
  customHttp,
  graphqlRequest,
  sendEmail,
  queryPostgres,
  redisCommand,
  s3Object,
  awsRequest,
  signJwt,
  oauth2Token,
  setValues,
  wait,
]
