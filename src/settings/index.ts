// Floor 5.7: the reading of settings and their values. The table of settings is in config.ts.

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
