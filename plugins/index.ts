import { customHttp } from './custom-http/custom-http.ts'
import { setValues } from './set-values/set-values.ts'

/** The step types that are always there, in the order in which the editor offers them. */
export default [customHttp, setValues]
