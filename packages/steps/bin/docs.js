// @ts-check
// `lockstep-step docs`
import { writeFile } from 'node:fs/promises'
import { PAGE, writePage } from './step.js'

await writeFile(PAGE, await writePage())
process.stdout.write(`${PAGE} is written.\n`)
