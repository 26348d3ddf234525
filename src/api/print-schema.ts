import { printedSchema } from './schema.ts'

process.stdout.write(printedSchema())
