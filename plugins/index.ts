import { customHttp } from './custom-http/custom-http.ts'
import { oauth2Token } from './oauth2-token/oauth2-token.ts'
import { queryPostgres } from './query-postgres/query-postgres.ts'
import { sendEmail } from './send-email/send-email.ts'
import { setValues } from './set-values/set-values.ts'
import { signJwt } from './sign-jwt/sign-jwt.ts'
import { wait } from './wait/wait.ts'

/** The built-in step types, in the order of the editor's menu. */
export default [customHttp, sendEmail, queryPostgres, signJwt, oauth2Token, setValues, wait]
