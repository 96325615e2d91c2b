// Floor 5.8: what a process gets from its surroundings: files that change while it runs,
// sockets, and memory.

export { type KeySources, readAllKeys } from './keyFile.js'
export { defaultGraphMemory, heapWarning } from './memory.js'
export { pathsOf, readTls, type TlsPaths } from './tlsFiles.js'
export { type HeldPath, listenAt } from './unixSocket.js'
export { WatchedFiles } from './watchedFiles.js'
