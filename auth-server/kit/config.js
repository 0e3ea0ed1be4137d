// The settings of the article's mini-program: put in your own.
module.exports = {
  // The signing server.
  host: 'https://sign.example.com',
  cos_region: 'gz',
  cos_appid: '1250000000',
  cos_bucket_name: 'examplebucket',
  cos_dir_name: '/xrzeti',
};
