;; a register that holds a single and a double in turn
;;
;;   flw fa0, 0(a0)
;;   fcvt.d.s fa0, fa0
;;   fsd fa0, 8(a0)
;;   fcvt.s.d fa0, fa0
;;   fsw fa0, 16(a0)
;;   ecall

(local.set $a0 (i64.load $X[10]))
(local.set $tlb (i32.load $TLB_BASE))
(local.set $dataContext (i64.load $DATA_CONTEXT))
(local.set $fetchContext (i64.load $FETCH_CONTEXT))
(i64.store $LAST_PAGES[0] (i64.const 4095))
(local.set $ready
  (i32.and
    (i32.eq
      (i32.and
        (i32.and
          (i32.load $CSR_MSTATUS)
          (select (i32.load $CSR_VSSTATUS) (i32.const -1) (i32.load $VIRT)))
        (i32.const 24576))
      (i32.const 24576))
    (i32.eqz (i32.and (i32.load $CSR_FCSR) (i32.const 224)))))
(local.set $fa0 (f64.load $F[10]))
block $1
  block $2
    block $3
      block $4
        (br_table $4 $4 (i32.sub (local.get $entry) (i32.const 1)))
      end
      (local.set $entry (i32.const 0))
      (i32.eqz (local.get $ready))
      (local.set $code (i32.const 1))
      (br_if $3)
      (local.set $left (i32.sub (local.get $left) (i32.const 5)))
      block $5
        block $6
          (local.set $accessed (local.get $a0))
          (br_if $6
            (i32.or
              (i64.ne
                (i64.load offset=8192
                  (local.tee $slot
                    (i32.add
                      (i32.and
                        (i32.shr_u (i32.wrap_i64 (local.get $accessed)) (i32.const 8))
                        (i32.const 8176))
                      (local.get $tlb))))
                (local.tee $tag
                  (i64.or
                    (i64.and (i64.add (local.get $accessed) (i64.const 19)) (i64.const -4096))
                    (local.get $dataContext))))
              (i64.ne (i64.load (local.get $slot)) (local.get $tag))))
          (local.set $host
            (i32.add (i32.load offset=8200 (local.get $slot)) (i32.wrap_i64 (local.get $accessed))))
          (local.set $fa0
            (f64.reinterpret_i64
              (i64.or
                (i64.extend_i32_u
                  (i32.reinterpret_f32 (local.tee $fa0.single (f32.load (local.get $host)))))
                (i64.const -4294967296))))
          (i32.eqz (f32.le (f32.sub (local.get $fa0.single) (local.get $fa0.single)) (f32.const 0)))
          (local.set $code (i32.const 521))
          (br_if $3)
          (local.set $fa0 (f64.promote_f32 (local.get $fa0.single)))
          (f64.store offset=8 (local.get $host) (local.get $fa0))
          (local.set $single0 (f32.demote_f64 (local.get $fa0)))
          (i32.ge_u
            (i32.sub
              (i32.and
                (i32.shr_u (i32.reinterpret_f32 (local.get $single0)) (i32.const 23))
                (i32.const 255))
              (i32.const 2))
            (i32.const 253))
          if $7
            (f64.ne (f64.promote_f32 (local.get $single0)) (local.get $fa0))
            (local.set $code (i32.const 1541))
            (br_if $3)
          end
          (local.set $fa0
            (f64.reinterpret_i64
              (i64.or
                (i64.extend_i32_u
                  (i32.reinterpret_f32 (local.tee $fa0.single (local.get $single0))))
                (i64.const -4294967296))))
          (f32.store offset=16 (local.get $host) (local.get $fa0.single))
          (br $5)
        end
        (local.set $accessed (local.get $a0))
        (i64.ne
          (i64.load
            (local.tee $slot
              (i32.add
                (i32.and
                  (i32.shr_u (i32.wrap_i64 (local.get $accessed)) (i32.const 8))
                  (i32.const 8176))
                (local.get $tlb))))
          (i64.or
            (i64.and (i64.add (local.get $accessed) (i64.const 3)) (i64.const -4096))
            (local.get $dataContext)))
        (local.set $code (i32.const 11))
        (br_if $3)
        (local.set $fa0
          (f64.reinterpret_i64
            (i64.or
              (i64.extend_i32_u
                (i32.reinterpret_f32
                  (local.tee $fa0.single
                    (f32.load
                      (i32.add
                        (i32.load offset=8 (local.get $slot))
                        (i32.wrap_i64 (local.get $accessed)))))))
              (i64.const -4294967296))))
        (i32.eqz (f32.le (f32.sub (local.get $fa0.single) (local.get $fa0.single)) (f32.const 0)))
        (local.set $code (i32.const 521))
        (br_if $3)
        (local.set $fa0 (f64.promote_f32 (local.get $fa0.single)))
        (local.set $accessed (i64.add (local.get $a0) (i64.const 8)))
        (i64.ne
          (i64.load offset=8192
            (local.tee $slot
              (i32.add
                (i32.and
                  (i32.shr_u (i32.wrap_i64 (local.get $accessed)) (i32.const 8))
                  (i32.const 8176))
                (local.get $tlb))))
          (i64.or
            (i64.and (i64.add (local.get $accessed) (i64.const 7)) (i64.const -4096))
            (local.get $dataContext)))
        (local.set $code (i32.const 1031))
        (br_if $3)
        (f64.store
          (i32.add (i32.load offset=8200 (local.get $slot)) (i32.wrap_i64 (local.get $accessed)))
          (local.get $fa0))
        (local.set $single0 (f32.demote_f64 (local.get $fa0)))
        (i32.ge_u
          (i32.sub
            (i32.and
              (i32.shr_u (i32.reinterpret_f32 (local.get $single0)) (i32.const 23))
              (i32.const 255))
            (i32.const 2))
          (i32.const 253))
        if $8
          (f64.ne (f64.promote_f32 (local.get $single0)) (local.get $fa0))
          (local.set $code (i32.const 1541))
          (br_if $3)
        end
        (local.set $fa0
          (f64.reinterpret_i64
            (i64.or
              (i64.extend_i32_u (i32.reinterpret_f32 (local.tee $fa0.single (local.get $single0))))
              (i64.const -4294967296))))
        (local.set $accessed (i64.add (local.get $a0) (i64.const 16)))
        (i64.ne
          (i64.load offset=8192
            (local.tee $slot
              (i32.add
                (i32.and
                  (i32.shr_u (i32.wrap_i64 (local.get $accessed)) (i32.const 8))
                  (i32.const 8176))
                (local.get $tlb))))
          (i64.or
            (i64.and (i64.add (local.get $accessed) (i64.const 3)) (i64.const -4096))
            (local.get $dataContext)))
        (local.set $code (i32.const 2051))
        (br_if $3)
        (f32.store
          (i32.add (i32.load offset=8200 (local.get $slot)) (i32.wrap_i64 (local.get $accessed)))
          (local.get $fa0.single))
      end
      (local.set $code (i32.const 2561))
      (br $3)
    end
    (local.set $pc
      (i64.add
        (local.get $base)
        (i64.extend_i32_s (i32.shl (i32.shr_s (local.get $code) (i32.const 8)) (i32.const 1)))))
    (local.set $left
      (i32.add
        (local.get $left)
        (i32.and (i32.shr_u (local.get $code) (i32.const 1)) (i32.const 127))))
    (local.set $kind (i32.and (local.get $code) (i32.const 1)))
    (br $1)
  end
  (i32.store $JUMPED_FROM (i32.add (i32.wrap_i64 (local.get $base)) (local.get $jump)))
  (local.set $pc (i64.and (local.get $pc) (i64.const -2)))
end
(f64.store $F[10] (local.get $fa0))
(i64.store $PC (local.get $pc))
(i32.or (i32.shl (local.get $left) (i32.const 1)) (local.get $kind))

;; The same where NX is clear.

(local.set $a0 (i64.load $X[10]))
(local.set $tlb (i32.load $TLB_BASE))
(local.set $dataContext (i64.load $DATA_CONTEXT))
(local.set $fetchContext (i64.load $FETCH_CONTEXT))
(i64.store $LAST_PAGES[0] (i64.const 4095))
(local.set $ready
  (i32.and
    (i32.eq
      (i32.and
        (i32.and
          (i32.load $CSR_MSTATUS)
          (select (i32.load $CSR_VSSTATUS) (i32.const -1) (i32.load $VIRT)))
        (i32.const 24576))
      (i32.const 24576))
    (i32.eqz (i32.and (i32.load $CSR_FCSR) (i32.const 224)))))
(local.set $fa0 (f64.load $F[10]))
block $1
  block $2
    block $3
      block $4
        (br_table $4 $4 (i32.sub (local.get $entry) (i32.const 1)))
      end
      (local.set $entry (i32.const 0))
      (i32.eqz (local.get $ready))
      (local.set $code (i32.const 1))
      (br_if $3)
      (local.set $left (i32.sub (local.get $left) (i32.const 5)))
      block $5
        block $6
          (local.set $accessed (local.get $a0))
          (br_if $6
            (i32.or
              (i64.ne
                (i64.load offset=8192
                  (local.tee $slot
                    (i32.add
                      (i32.and
                        (i32.shr_u (i32.wrap_i64 (local.get $accessed)) (i32.const 8))
                        (i32.const 8176))
                      (local.get $tlb))))
                (local.tee $tag
                  (i64.or
                    (i64.and (i64.add (local.get $accessed) (i64.const 19)) (i64.const -4096))
                    (local.get $dataContext))))
              (i64.ne (i64.load (local.get $slot)) (local.get $tag))))
          (local.set $host
            (i32.add (i32.load offset=8200 (local.get $slot)) (i32.wrap_i64 (local.get $accessed))))
          (local.set $fa0
            (f64.reinterpret_i64
              (i64.or
                (i64.extend_i32_u
                  (i32.reinterpret_f32 (local.tee $fa0.single (f32.load (local.get $host)))))
                (i64.const -4294967296))))
          (i32.eqz (f32.le (f32.sub (local.get $fa0.single) (local.get $fa0.single)) (f32.const 0)))
          (local.set $code (i32.const 521))
          (br_if $3)
          (local.set $fa0 (f64.promote_f32 (local.get $fa0.single)))
          (f64.store offset=8 (local.get $host) (local.get $fa0))
          (local.set $single0 (f32.demote_f64 (local.get $fa0)))
          (f64.ne (f64.promote_f32 (local.get $single0)) (local.get $fa0))
          (local.set $code (i32.const 1541))
          (br_if $3)
          (local.set $fa0
            (f64.reinterpret_i64
              (i64.or
                (i64.extend_i32_u
                  (i32.reinterpret_f32 (local.tee $fa0.single (local.get $single0))))
                (i64.const -4294967296))))
          (f32.store offset=16 (local.get $host) (local.get $fa0.single))
          (br $5)
        end
        (local.set $accessed (local.get $a0))
        (i64.ne
          (i64.load
            (local.tee $slot
              (i32.add
                (i32.and
                  (i32.shr_u (i32.wrap_i64 (local.get $accessed)) (i32.const 8))
                  (i32.const 8176))
                (local.get $tlb))))
          (i64.or
            (i64.and (i64.add (local.get $accessed) (i64.const 3)) (i64.const -4096))
            (local.get $dataContext)))
        (local.set $code (i32.const 11))
        (br_if $3)
        (local.set $fa0
          (f64.reinterpret_i64
            (i64.or
              (i64.extend_i32_u
                (i32.reinterpret_f32
                  (local.tee $fa0.single
                    (f32.load
                      (i32.add
                        (i32.load offset=8 (local.get $slot))
                        (i32.wrap_i64 (local.get $accessed)))))))
              (i64.const -4294967296))))
        (i32.eqz (f32.le (f32.sub (local.get $fa0.single) (local.get $fa0.single)) (f32.const 0)))
        (local.set $code (i32.const 521))
        (br_if $3)
        (local.set $fa0 (f64.promote_f32 (local.get $fa0.single)))
        (local.set $accessed (i64.add (local.get $a0) (i64.const 8)))
        (i64.ne
          (i64.load offset=8192
            (local.tee $slot
              (i32.add
                (i32.and
                  (i32.shr_u (i32.wrap_i64 (local.get $accessed)) (i32.const 8))
                  (i32.const 8176))
                (local.get $tlb))))
          (i64.or
            (i64.and (i64.add (local.get $accessed) (i64.const 7)) (i64.const -4096))
            (local.get $dataContext)))
        (local.set $code (i32.const 1031))
        (br_if $3)
        (f64.store
          (i32.add (i32.load offset=8200 (local.get $slot)) (i32.wrap_i64 (local.get $accessed)))
          (local.get $fa0))
        (local.set $single0 (f32.demote_f64 (local.get $fa0)))
        (f64.ne (f64.promote_f32 (local.get $single0)) (local.get $fa0))
        (local.set $code (i32.const 1541))
        (br_if $3)
        (local.set $fa0
          (f64.reinterpret_i64
            (i64.or
              (i64.extend_i32_u (i32.reinterpret_f32 (local.tee $fa0.single (local.get $single0))))
              (i64.const -4294967296))))
        (local.set $accessed (i64.add (local.get $a0) (i64.const 16)))
        (i64.ne
          (i64.load offset=8192
            (local.tee $slot
              (i32.add
                (i32.and
                  (i32.shr_u (i32.wrap_i64 (local.get $accessed)) (i32.const 8))
                  (i32.const 8176))
                (local.get $tlb))))
          (i64.or
            (i64.and (i64.add (local.get $accessed) (i64.const 3)) (i64.const -4096))
            (local.get $dataContext)))
        (local.set $code (i32.const 2051))
        (br_if $3)
        (f32.store
          (i32.add (i32.load offset=8200 (local.get $slot)) (i32.wrap_i64 (local.get $accessed)))
          (local.get $fa0.single))
      end
      (local.set $code (i32.const 2561))
      (br $3)
    end
    (local.set $pc
      (i64.add
        (local.get $base)
        (i64.extend_i32_s (i32.shl (i32.shr_s (local.get $code) (i32.const 8)) (i32.const 1)))))
    (local.set $left
      (i32.add
        (local.get $left)
        (i32.and (i32.shr_u (local.get $code) (i32.const 1)) (i32.const 127))))
    (local.set $kind (i32.and (local.get $code) (i32.const 1)))
    (br $1)
  end
  (i32.store $JUMPED_FROM (i32.add (i32.wrap_i64 (local.get $base)) (local.get $jump)))
  (local.set $pc (i64.and (local.get $pc) (i64.const -2)))
end
(f64.store $F[10] (local.get $fa0))
(i64.store $PC (local.get $pc))
(i32.or (i32.shl (local.get $left) (i32.const 1)) (local.get $kind))
