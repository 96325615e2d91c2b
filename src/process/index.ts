// Floor 5.8: the environment of the process: files that change while it runs, sockets, and memory.

export { readAllKeys } from './keyFile.js'
export { defaultGraphMemory, heapWarning } from './memory.js'
export { pathsOf, readTls } from './tlsFiles.js'
export { listenAt } from './unixSocket.js'
export { WatchedFiles } from './watchedFiles.js'
