import { join } from 'node:path'
import type { Config } from '../config.ts'

/** The folder of the embedded database's cluster. */
export const clusterFolder = (config: Config): string => join(config.dataFolder, 'postgres')
