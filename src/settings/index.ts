// Floor 5.7: what the settings are made of; the table of them is config.ts.

export {
  joinKeys,
  readKeyLines,
  readKeys,
  readReadKeys,
  readStoreKeys,
  requireLength,
} from './keys.js'
export { ConfigError, describe, readSettings, setting, type Values } from './setting.js'
export {
  type Address,
  GRAPH_MODES,
  type GraphModes,
  holdsPassword,
  MIB,
  readAddress,
  readDatastore,
  readDuration,
  readGraphModes,
  readMemory,
  readMode,
  readPath,
  readQuota,
  readReplicas,
} from './values.js'
