/**
 * `uni`, as far as the chat needs it. Named call by call: a build for H5 leaves out of `uni` what it
 * does not see written as `uni.…`.
 */
export const api = {
  request: (options) => uni.request(options),
  login: (options) => uni.login(options),
  getStorageSync: (key) => uni.getStorageSync(key),
  setStorageSync: (key, value) => uni.setStorageSync(key, value),
};
