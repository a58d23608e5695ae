enum OpenSSLNIOPlaceholder {}
